// A stand-in in a process of its own, which a test kills or takes the disk away from.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../../bundle';

export interface ServiceProcess {
  pid: number;
  /** `127.0.0.1:<port>` */
  address: string;
  /** By SIGKILL; may be called twice. */
  kill(): Promise<void>;
}

/**
 * Bundles and starts `entry`, a .ts file that prints the address it listens on. `prefix`: shell text that runs first in
 * the process, such as `ulimit -f 16;`.
 */
export async function startServiceProcess(
  entry: string,
  args: readonly string[],
  prefix = '',
): Promise<ServiceProcess> {
  const built = mkdtempSync(join(tmpdir(), 'service-process-'));
  const program = await bundleProgram(entry, built);
  const command = ['-c', `${prefix} exec "$0" "$@"`, process.execPath, program, ...args];
  const child = spawn('bash', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  rmSync(built, { recursive: true });
  return {
    pid: child.pid ?? 0,
    address: line.toString('utf8').trim(),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
