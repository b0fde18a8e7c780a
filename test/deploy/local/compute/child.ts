// The Compute stand-in in a process of its own, which a test may kill or take the disk away from.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startServiceProcess } from '../service-process';
import { TOKEN } from '../harness';
import { ZONE, type Answer, type Resource } from './fixture';

export interface Child {
  call(method: string, path: string, body?: Resource): Promise<Answer>;
  /** Calls below the zone; the answer's body. */
  post(path: string, body?: Resource): Promise<Resource>;
  /** Inserts a VM and waits for the end of the operation; returns that. */
  insert(body: Resource): Promise<Resource>;
  /** From now on nothing can be written. */
  fillDisk(): void;
  freeDisk(): void;
  kill(): Promise<void>;
}

/** `speed`: how much faster than the real clock its own goes. */
export async function startChild(folder: string, { speed = 1 } = {}): Promise<Child> {
  const { pid, address, kill } = await startServiceProcess(join(__dirname, 'program.ts'), [folder, String(speed)]);
  const zone = `http://${address}/compute/v1/projects/local/zones/${ZONE}`;
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const limitFiles = (limit: string): void => {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${limit}:unlimited`]);
  };

  const call: Child['call'] = async (method, path, body) => {
    const text = method === 'POST' ? JSON.stringify(body ?? {}) : undefined;
    const answer = await fetch(`${zone}${path}`, { method, headers, body: text });
    return { status: answer.status, body: (await answer.json()) as Resource };
  };
  const post: Child['post'] = async (path, body) => (await call('POST', path, body)).body;
  return {
    call,
    post,
    insert: async (body) => post(`/operations/${(await post('/instances', body)).name}/wait`),
    fillDisk: () => limitFiles('1'),
    freeDisk: () => limitFiles('unlimited'),
    kill,
  };
}
