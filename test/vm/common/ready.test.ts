// ready_command: tried at the end of boot until the VM can be used.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

const withReady = (text: string): { hurried: true; metadata: { 'mymlops-ready-64': string } } => ({
  hurried: true,
  metadata: { 'mymlops-ready-64': base64(text) },
});

test('the source waits until ready_command succeeds', async () => {
  const vm = await startVm(withReady('echo "try in $(ls)"; echo x >> ~/tries; [ $(wc -l < ~/tries) -eq 3 ]'));
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
  expect(vm.result('log.txt')).toBe('try in \ntry in \ntry in \nran notebooks/train.ipynb\n');
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'source', 'execute', 'publish']);
  expect(vm.google.reports[0]?.state.phase).toBe('boot');
});

test('a ready_command that never succeeds ends the attempt by name, with its output in the log', async () => {
  const vm = await startVm(withReady('echo no CUDA; exit 9'));
  await vm.ended();
  const { failure, command, manifest } = vm.google.outcomeOf(PREFIX);
  expect(failure).toEqual({
    reason: 'setup-failed',
    message: 'ready_command did not succeed within 300 s; its last exit code was 9.',
  });
  expect(command).toBeUndefined();
  expect(manifest.map((entry) => entry.path)).toEqual(['log.txt']);
  expect(vm.result('log.txt')).toMatch(/^(no CUDA\n){10,30}mymlops: ready_command did not succeed/);
  expect(existsSync(join(vm.home, 'repo/notebooks'))).toBe(false);
});

test('its last try was cut off by the limit: the exit code of the one before counts', async () => {
  const vm = await startVm(withReady('mkdir ~/tried 2>/dev/null && exit 9; exec sleep 600'));
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure).toMatchObject({
    message: 'ready_command did not succeed within 300 s; its last exit code was 9.',
  });
});

test('a ready_command that hangs ends the attempt by name', async () => {
  const vm = await startVm(withReady('exec sleep 600'));
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure).toEqual({
    reason: 'setup-failed',
    message: 'ready_command did not end within its time limit of 300 s.',
  });
});

test('an attempt that is fenced while its VM gets ready is left without an outcome', async () => {
  const vm = await startVm({
    ...withReady('echo waiting; exit 1'),
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method === 'GET' && name.endsWith('/fenced') && count === 3) google.put(`${PREFIX}fenced`, '{}');
        return null;
      };
    },
  });
  expect(await vm.exited).toBe(0);
  expect(vm.log()).toContain('leaving: this VM is fenced');
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('a ready_command that fails while its VM is preempted is an interruption', async () => {
  const vm = await startVm({
    ...withReady('echo waiting; exit 1'),
    prepare: (google) => (google.preempted = true),
  });
  await vm.google.until('the log', () => vm.google.objects.has(`${PREFIX}progress/log.txt`));
  await vm.google.until('the last words', () => vm.log().includes('an interruption'));
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(vm.state().failure).toBeUndefined();
});
