import { readConfig } from '../functions/src/config';

test('the lists of what a request may choose are read from the environment; empty by default', () => {
  const env = {
    MYMLOPS_PROJECT: 'p',
    MYMLOPS_ALLOWED_IMAGE_PROJECTS: 'a, b,',
    MYMLOPS_ALLOWED_SERVICE_ACCOUNTS: 'x@y.z',
  };
  expect(readConfig(env).limits).toEqual({ imageProjects: ['a', 'b'], serviceAccounts: ['x@y.z'] });
  expect(readConfig({ MYMLOPS_PROJECT: 'p' }).limits).toEqual({ imageProjects: [], serviceAccounts: [] });
});

test('all bad values are reported at once', () => {
  const env = { MYMLOPS_DISK_GB: '0', MYMLOPS_DEPLOYMENT: 'Not' };
  expect(() => readConfig(env)).toThrow(/MYMLOPS_PROJECT[^]*MYMLOPS_DEPLOYMENT|MYMLOPS_DEPLOYMENT[^]*MYMLOPS_PROJECT/);
  expect(() => readConfig(env)).toThrow('MYMLOPS_DISK_GB');
});
