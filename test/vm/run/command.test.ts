// Setup and command: their environment, their time limits, and their end.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { PREFIX, RUN, destroyVms, startVm } from '../start-vm';
import { isRunning } from '../processes';

afterEach(destroyVms);

test('the command sees what was promised and nothing of ours', async () => {
  const vm = await startVm({
    command: 'env > "$MYMLOPS_ARTIFACTS/env.txt"; pwd; cat "$MYMLOPS_PARAMS"; ls -l /proc/self/fd; umask; echo',
    metadata: {
      'mymlops-environment-64': base64(
        `PATH=${base64(process.env['PATH'] ?? '')}\nODD=${base64('a b\n"ü')}\n1BAD=eA==\n`,
      ),
    },
  });
  await vm.ended();
  const env = vm.result('artifacts/env.txt');
  expect(env).toContain(`MYMLOPS_RUN=${RUN}\n`);
  expect(env).toContain('MYMLOPS_ATTEMPT=1\n');
  expect(env).toContain(`MYMLOPS_NOTEBOOK=${vm.home}/repo/notebooks/train.ipynb\n`);
  expect(env).toContain('ODD=a b\n"ü\n');
  expect(env).toContain('LANG=C.UTF-8\n');
  expect(env).toContain('MYMLOPS_VM=4711\n'); // the local cloud finds the VM's processes by it
  expect(env).not.toMatch(/GCE_METADATA|GIT_|LC_ALL|token|1BAD|meta_/);
  const log = vm.result('log.txt');
  expect(log.split('\n')[0]).toBe(`${vm.home}/repo`);
  expect(log).toContain('{"lr":0.1}');
  expect(log).toMatch(/ 0 -> \/dev\/null\n/);
  expect(log).not.toContain('.mymlops/private'); // no descriptor of ours
  expect(log).toContain('\n0022\n');
  expect(statSync(join(vm.home, '.mymlops')).mode & 0o077).toBe(0);
});

test('a path with spaces, quotes and other scripts is one argument', async () => {
  const notebook = `my "notes"/it's $(touch pwned) ü\\n 100%.ipynb`;
  const vm = await startVm({ notebook, command: 'printf "%s|"' });
  await vm.ended();
  expect(vm.result('log.txt')).toBe(`${notebook}|`);
  expect(vm.google.outcomeOf(PREFIX).manifest.map((entry) => entry.path)).toContain(notebook.split('/')[1]);
  expect(existsSync(join(vm.home, 'repo/pwned'))).toBe(false);
});

test('an error of the user is an outcome like any other', async () => {
  const vm = await startVm({ command: 'echo partial; echo done > notebooks/artifacts/x; exit 3;' });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 3, timedOut: false });
  expect(vm.result('log.txt')).toBe('partial\n');
  expect(vm.result('artifacts/x')).toBe('done\n');
  expect(vm.state().command).toMatchObject({ exit: 3, timedOut: false });
});

test('setup runs before the command', async () => {
  const vm = await startVm({
    command: 'cat made',
    metadata: { 'mymlops-setup-64': base64('echo from setup > made\necho output of setup') },
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('output of setup\nfrom setup\n{"cells": []}');
  expect(Object.keys(vm.state().phases)).toContain('setup');
});

test('a setup that fails ends the attempt, and its output is kept', async () => {
  const vm = await startVm({
    metadata: { 'mymlops-setup-64': base64('echo no such package; exit 7') },
  });
  await vm.ended();
  const outcome = vm.google.outcomeOf(PREFIX);
  expect(outcome.failure).toEqual({
    reason: 'setup-failed',
    message: 'The setup command ended with exit code 7.',
  });
  expect(outcome.command).toBeUndefined();
  expect(vm.result('log.txt')).toContain('no such package');
  expect(vm.result('log.txt')).not.toContain('ran');
});

test('a setup that takes too long ends the attempt, and says that it was the setup', async () => {
  const vm = await startVm({
    metadata: { 'mymlops-setup-64': base64('echo begun; exec sleep 600'), 'mymlops-setup-seconds': '1' },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure).toEqual({
    reason: 'setup-failed',
    message: 'The setup command did not end within its time limit of 1 s.',
  });
  expect(vm.google.outcomeOf(PREFIX).command).toBeUndefined();
});

test('a time limit for the command is none for its setup', async () => {
  const vm = await startVm({
    command: 'exec sleep 600 #',
    metadata: { 'mymlops-setup-64': base64('sleep 1.5'), 'mymlops-max-run-seconds': '1' },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ timedOut: true });
});

test('the time limit ends the command and what it started, and its results are published', async () => {
  const vm = await startVm({
    command: 'echo begun; sleep 600 & echo $! > notebooks/artifacts/pid; sleep 600;',
    metadata: { 'mymlops-max-run-seconds': '1' },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ timedOut: true });
  expect(vm.state().command).toMatchObject({ timedOut: true });
  expect(vm.result('log.txt')).toMatch(/^begun\n[^]*time limit of 1 s/);
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
});

test('what a command leaves running is ended before results are read', async () => {
  const vm = await startVm({
    command: `sh -c 'trap "" TERM; echo $$ > notebooks/artifacts/pid; while :; do sleep 600; done' & sleep 0.2; true`,
  });
  await vm.ended();
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 0, timedOut: false });
});
