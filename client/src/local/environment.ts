// Variables of the user's shell that a local run needs to find the user's Python, R and Julia. The run has a HOME of its
// own, so folders in the user's HOME are passed by variables, each by the one that keeps its rank: JUPYTER_PATH, for
// example, would put the user's own kernels before those of the active environment.
import { delimiter, join } from 'node:path';
import type { Environment } from '../core/context';
import { homeFolder } from '../files/home-folder';

const TAKEN = [
  'PATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'PYTHONPATH',
  'JUPYTER_PATH',
  'JUPYTER_CONFIG_PATH',
  'JUPYTER_NO_CONFIG',
  'JUPYTER_PREFER_ENV_PATH',
  'JUPYTER_PLATFORM_DIRS',
  'XDG_DATA_DIRS',
  'XDG_CONFIG_DIRS',
  'IPYTHONDIR',
  'R_LIBS',
  'JULIA_LOAD_PATH',
  'LD_LIBRARY_PATH',
  'LANG',
  'LC_ALL',
];

export function localRunEnvironment(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const home = homeFolder(env);
  const taken = TAKEN.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const named = Object.entries(placesIn(home, env, platform)).map(([name, place]) => [name, env[name] || place]);
  return Object.fromEntries([...taken, ...named]) as Record<string, string>;
}

/** The folder in which each program looks if its variable is not set. */
function placesIn(home: string, env: Environment, platform: NodeJS.Platform): Record<string, string> {
  const isMac = platform === 'darwin';
  return {
    PYTHONUSERBASE: join(home, '.local'),
    ...jupyterPlaces(home, env, isMac),
    R_LIBS_USER: isMac
      ? ['arm64', 'x86_64'].map((machine) => join(home, 'Library/R', machine, '%v/library')).join(delimiter)
      : join(home, 'R/%p-library/%v'),
    // The empty entry stands for the depots that are part of Julia.
    JULIA_DEPOT_PATH: `${join(home, '.julia')}${delimiter}`,
  };
}

/**
 * The rule of jupyter_core, which depends only on the platform and these variables, so that no Python is started (as
 * `jupyter --paths` would). The Python of the run decides whether the user's or the environment's folder comes first.
 */
function jupyterPlaces(home: string, env: Environment, isMac: boolean): Record<string, string> {
  const asThePlatformDoes = isSet(env['JUPYTER_PLATFORM_DIRS']);
  if (isMac) {
    const shared = join(home, 'Library/Application Support/Jupyter');
    return {
      JUPYTER_DATA_DIR: asThePlatformDoes ? shared : join(home, 'Library/Jupyter'),
      JUPYTER_CONFIG_DIR: asThePlatformDoes ? shared : join(home, '.jupyter'),
    };
  }
  return {
    JUPYTER_DATA_DIR: join(env['XDG_DATA_HOME'] || join(home, '.local/share'), 'jupyter'),
    JUPYTER_CONFIG_DIR: asThePlatformDoes
      ? join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'jupyter')
      : join(home, '.jupyter'),
  };
}

/** Reads a variable like Jupyter does. */
const isSet = (value: string | undefined): boolean =>
  value !== undefined && !['no', 'n', 'false', 'off', '0', '0.0'].includes(value.toLowerCase());
