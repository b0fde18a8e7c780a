// The power of a VM is cut: nothing of it is left, however quickly its processes follow each other.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { powerOff } from '../../../../deploy/local/compute/vm-process';

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

const vm = { vmId: '4711', folderId: '1-2', folder: '/nonexistent', mainProcess: undefined };

test('a process that another one started while /proc was read outlived its VM', async () => {
  child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const lists = [[], [child.pid ?? 0]];
  expect(await powerOff(vm, () => lists.shift() ?? [])).toEqual([]);
  expect(lists).toEqual([]);
  expect(await ended).toEqual([null, 'SIGKILL']);
});
