// The Compute stand-in in a process of its own, which a test may kill or take the disk away from.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../../../bundle';
import { TOKEN, ZONE, type Answer, type Resource } from './harness';

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
  const built = mkdtempSync(join(tmpdir(), 'compute-child-'));
  const program = await bundleProgram(join(__dirname, 'server-child.ts'), built);
  const args = [program, folder, TOKEN, String(speed)];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  rmSync(built, { recursive: true });
  const zone = `http://${line.toString('utf8').trim()}/compute/v1/projects/local/zones/${ZONE}`;
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const limitFiles = (limit: string): void => {
    execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${limit}:unlimited`]);
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
    async kill() {
      server.kill('SIGKILL');
      await exited;
    },
  };
}
