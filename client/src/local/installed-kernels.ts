// Lists the kernels that Jupyter finds in the user's shell.
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../core/context';
import { findOnPath } from '../files/find-on-path';

/** Programs that execute notebooks, in the order in which run.sh tries them. */
const EXECUTORS = ['papermill', 'jupyter-nbconvert'];
const LISTER = 'jupyter-kernelspec';
const PATIENCE_MS = 20_000;

export interface Kernel {
  name: string;
  /** In lower case. */
  language: string;
}

/** `nothing`: no program here executes notebooks. `unknown`: there is one, but its Jupyter cannot list its kernels. */
export type Installed = Kernel[] | 'nothing' | 'unknown';

/** Starts Jupyter, which takes up to a second. For notebooks that are not in Python. */
export async function installedKernels(env: Environment, cwd: string): Promise<Installed> {
  const [executor] = EXECUTORS.flatMap((program) => findOnPath(program, env) ?? []);
  if (executor === undefined) return 'nothing';
  // The kernels of the executor's environment count, which may differ from the shell's (pipx).
  const beside = join(dirname(realpathSync(executor)), LISTER);
  const lister = existsSync(beside) ? beside : findOnPath(LISTER, env);
  if (lister === undefined) return 'unknown';
  try {
    const options = { env: { ...env }, cwd, timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(lister, ['list', '--json'], options);
    return kernelsIn(stdout);
  } catch {
    return 'unknown';
  }
}

interface Listed {
  kernelspecs: Record<string, { spec: { argv?: string[]; language?: string } }>;
}

/** Leaves out kernels whose environment was deleted. */
function kernelsIn(json: string): Kernel[] {
  return Object.entries((JSON.parse(json) as Listed).kernelspecs)
    .filter(([, { spec }]) => !isLeftOver(spec.argv?.[0] ?? ''))
    .map(([name, { spec }]) => ({ name, language: (spec.language ?? '').toLowerCase() }));
}

const isLeftOver = (program: string): boolean => isAbsolute(program) && !existsSync(program);
