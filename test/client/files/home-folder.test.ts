import { homeFolder } from '../../../client/src/files/home-folder';

test.each([[{}], [{ HOME: '' }], [{ HOME: 'relative' }]])('with %j the state lay in the current folder', (env) => {
  expect(homeFolder(env, () => '/home/me')).toBe('/home/me');
});

test.each([
  ['no name', () => ''],
  [
    'no entry',
    (): string => {
      throw new Error('ENOENT');
    },
  ],
])('for a user with %s, the error says to set HOME', (_what, systemHome) => {
  expect(() => homeFolder({}, systemHome)).toThrow('HOME is not set');
});
