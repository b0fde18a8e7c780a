// What ps says of processes, for systems without /proc. The columns that only a Mac's ps knows are read from a sample.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parsePs, startByPs } from '../../../../deploy/local/shared/ps';

test('the start time of a process does not depend on the time zone and language of the caller', () => {
  const started = startByPs(process.pid, { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' });
  expect(started).toBe(startByPs(process.pid, { ...process.env, TZ: 'America/Lima' }));
  const startedMs = Date.parse(`${started} UTC`);
  expect(Math.abs(startedMs - (Date.now() - process.uptime() * 1000))).toBeLessThan(10_000);
});

test('a process that is gone has no start time', async () => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(startByPs(child.pid ?? 0)).toBeNull();
});

test("a Mac's processes are read with their environment", () => {
  const sample = [
    '    1     0     1 Ss   Fri Nov 20 10:00:00 2026     /sbin/launchd',
    '  814   801   801 S+   Sun Nov  1 09:08:07 2026     python3 -m x MYMLOPS_VM=4711 HOME=/Users/me/a b',
    '  815   814   801 Z    Sun Nov  1 09:08:08 2026     (bash)',
    '',
  ].join('\n');
  expect(parsePs(sample)).toEqual([
    {
      pid: 1,
      parent: 0,
      group: 1,
      zombie: false,
      started: 'Fri Nov 20 10:00:00 2026',
      command: '/sbin/launchd',
    },
    {
      pid: 814,
      parent: 801,
      group: 801,
      zombie: false,
      started: 'Sun Nov  1 09:08:07 2026',
      command: 'python3 -m x MYMLOPS_VM=4711 HOME=/Users/me/a b',
    },
    { pid: 815, parent: 814, group: 801, zombie: true, started: 'Sun Nov  1 09:08:08 2026', command: '(bash)' },
  ]);
});
