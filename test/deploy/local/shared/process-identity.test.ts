// Which process a pid means.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identityOf, isRunning, pidOf } from '../../../../deploy/local/shared/process-identity';

test('this process runs; a pid that belongs to another process now is not it', () => {
  expect(isRunning(identityOf(process.pid) ?? '')).toBe(true);
  expect(isRunning(`${process.pid}.some-other-start`)).toBe(false);
});

test('an identity is the same each time, and a file name', () => {
  expect(identityOf(process.pid)).toBe(identityOf(process.pid));
  expect(identityOf(process.pid)).toMatch(/^\d+\.[A-Za-z0-9-]+$/);
});

test('a process that ended has no identity', async () => {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'close');
  expect(identityOf(child.pid ?? 0)).toBeNull();
});

test.each([
  ['12.a', 12],
  ['0.a', null],
  ['012.a', null],
  ['-1.a', null],
  ['12', null],
  ['no identity', null],
  ['', null],
])('the pid in %j is %s', (identity, pid) => {
  expect(pidOf(identity)).toBe(pid);
  if (pid === null) expect(isRunning(identity)).toBe(false);
});
