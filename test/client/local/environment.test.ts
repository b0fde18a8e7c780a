// A local run gets enough of the shell's variables to find the same things as the shell, in the same order.
import { localRunEnvironment } from '../../../client/src/local/environment';

test("a local run gets what finds the user's Python, R and Julia, and no more", () => {
  const env = { PATH: '/bin', HOME: '/home/u', AWS_SECRET: 's', JUPYTER_PATH: '/j', CONDA_DEFAULT_ENV: 'house' };
  expect(localRunEnvironment(env, 'linux')).toEqual({
    PATH: '/bin',
    CONDA_DEFAULT_ENV: 'house',
    PYTHONUSERBASE: '/home/u/.local',
    JUPYTER_PATH: '/j',
    JUPYTER_DATA_DIR: '/home/u/.local/share/jupyter',
    JUPYTER_CONFIG_DIR: '/home/u/.jupyter',
    R_LIBS_USER: '/home/u/R/%p-library/%v',
    JULIA_DEPOT_PATH: '/home/u/.julia:',
  });
});

test("the user's own kernels came before those of the active environment: they were put on JUPYTER_PATH", () => {
  expect(localRunEnvironment({ HOME: '/home/u' }, 'linux')).not.toHaveProperty('JUPYTER_PATH');
});

test.each([
  ['linux', {}, '/u/.local/share/jupyter', '/u/.jupyter'],
  ['linux', { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }, '/d/jupyter', '/u/.jupyter'],
  ['linux', { XDG_CONFIG_HOME: '/c', JUPYTER_PLATFORM_DIRS: '1' }, '/u/.local/share/jupyter', '/c/jupyter'],
  ['linux', { JUPYTER_PLATFORM_DIRS: 'No' }, '/u/.local/share/jupyter', '/u/.jupyter'],
  ['linux', { JUPYTER_DATA_DIR: '/own', JUPYTER_CONFIG_DIR: '' }, '/own', '/u/.jupyter'],
  ['darwin', { XDG_DATA_HOME: '/d' }, '/u/Library/Jupyter', '/u/.jupyter'],
  [
    'darwin',
    { JUPYTER_PLATFORM_DIRS: '1' },
    '/u/Library/Application Support/Jupyter',
    '/u/Library/Application Support/Jupyter',
  ],
] as const)('Jupyter on %s with %j looks in %s', (platform, env, data, config) => {
  expect(localRunEnvironment({ HOME: '/u', ...env }, platform)).toMatchObject({
    JUPYTER_DATA_DIR: data,
    JUPYTER_CONFIG_DIR: config,
  });
});
