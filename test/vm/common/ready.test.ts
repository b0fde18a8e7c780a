// ready_command: tried at the end of boot until the machine can be used.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyMachines, startMachine } from '../machine';

afterEach(destroyMachines);

const withReady = (text: string): { hurried: true; metadata: { 'mymlops-ready-64': string } } => ({
  hurried: true,
  metadata: { 'mymlops-ready-64': base64(text) },
});

test('the source waits until ready_command succeeds', async () => {
  const machine = await startMachine(withReady('echo "try in $(ls)"; echo x >> ~/tries; [ $(wc -l < ~/tries) -eq 3 ]'));
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
  expect(machine.result('log.txt')).toBe('try in \ntry in \ntry in \nran notebooks/train.ipynb\n');
  expect(Object.keys(machine.state().phases)).toEqual(['boot', 'source', 'execute', 'publish']);
  expect(machine.google.reports[0]?.state.phase).toBe('boot');
});

test('a ready_command that never succeeds ends the attempt by name, with its output in the log', async () => {
  const machine = await startMachine(withReady('echo no CUDA; exit 9'));
  await machine.ended();
  const { failure, command, manifest } = machine.google.outcomeOf(PREFIX);
  expect(failure).toEqual({
    reason: 'setup-failed',
    message: 'ready_command did not succeed within 300 s; its last exit code was 9.',
  });
  expect(command).toBeUndefined();
  expect(manifest.map((entry) => entry.path)).toEqual(['log.txt']);
  expect(machine.result('log.txt')).toMatch(/^(no CUDA\n){10,30}mymlops: ready_command did not succeed/);
  expect(existsSync(join(machine.home, 'repo/notebooks'))).toBe(false);
});

test('its last try was cut off by the limit: the exit code of the one before counts', async () => {
  const machine = await startMachine(withReady('mkdir ~/tried 2>/dev/null && exit 9; exec sleep 600'));
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).failure).toMatchObject({
    message: 'ready_command did not succeed within 300 s; its last exit code was 9.',
  });
});

test('a ready_command that hangs ends the attempt by name', async () => {
  const machine = await startMachine(withReady('exec sleep 600'));
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).failure).toEqual({
    reason: 'setup-failed',
    message: 'ready_command did not end within its time limit of 300 s.',
  });
});

test('an attempt that is fenced while its VM gets ready is left without an outcome', async () => {
  const machine = await startMachine({
    ...withReady('echo waiting; exit 1'),
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method === 'GET' && name.endsWith('/fenced') && count === 3) google.put(`${PREFIX}fenced`, '{}');
        return null;
      };
    },
  });
  expect(await machine.exited).toBe(0);
  expect(machine.log()).toContain('leaving: this VM is fenced');
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('a ready_command that fails while its VM is preempted is an interruption', async () => {
  const machine = await startMachine({
    ...withReady('echo waiting; exit 1'),
    prepare: (google) => (google.preempted = true),
  });
  await machine.google.until('the log', () => machine.google.objects.has(`${PREFIX}results/log.txt`));
  await machine.google.until('the last words', () => machine.log().includes('an interruption'));
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(machine.state().failure).toBeUndefined();
});
