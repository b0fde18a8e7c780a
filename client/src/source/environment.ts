// Variables of the committing shell that a local run needs to find the user's Python. Its HOME is another one, so what
// Python looks for in the user's HOME is named.
import { delimiter, join } from 'node:path';
import type { Environment } from '../context';
import { homeFolder } from '../home-folder';

const TAKEN = [
  'PATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'PYTHONPATH',
  'PYTHONUSERBASE',
  'LD_LIBRARY_PATH',
  'LANG',
  'LC_ALL',
];

export function localRunEnvironment(env: Environment): Record<string, string> {
  const home = homeFolder(env);
  const taken = TAKEN.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const local = join(home, '.local');
  const kernels = [env['JUPYTER_PATH'], join(local, 'share', 'jupyter')].filter(Boolean).join(delimiter);
  return { PYTHONUSERBASE: local, ...Object.fromEntries(taken), JUPYTER_PATH: kernels };
}
