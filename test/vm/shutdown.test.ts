// shutdown.sh beside a running agent: what is reported and saved when the VM goes down, and that it never holds it up.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, SCRIPTS, destroyVms, startVm, type Vm } from './start-vm';

afterEach(destroyVms);

async function startBusy(command = 'echo begun; exec sleep 600 #'): Promise<Vm> {
  const vm = await startVm({ command, metadata: { 'mymlops-heartbeat-seconds': '600' } });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  return vm;
}

const saying = (vm: Vm) => vm.google.reports.filter(({ writer }) => writer === 'shutdown');

test('a preemption is reported with the state so far, and log and notebook are saved', async () => {
  const vm = await startBusy('echo begun; echo "{}" > notebooks/train.ipynb; exec sleep 600 #');
  vm.google.preempted = true;
  await vm.shutDown();
  expect(saying(vm)).toMatchObject([{ seq: 1, kind: 'lifecycle', state: { stopping: { preempted: true } } }]);
  expect(Object.keys(saying(vm)[0]?.state.phases ?? {})).toEqual(['boot', 'source', 'execute']);
  expect(vm.soFar('log.txt')).toBe('begun\n');
  expect(vm.soFar('train.ipynb')).toBe('{}\n');
});

test('a stop by someone is not called a preemption, and a second call is a report of its own', async () => {
  const vm = await startBusy();
  await vm.shutDown();
  await vm.shutDown();
  expect(saying(vm)).toMatchObject([
    { seq: 1, state: { stopping: { preempted: false } } },
    { seq: 2, state: { stopping: { preempted: false } } },
  ]);
});

test.each([
  ['shutdown.sh has run', async (vm: Vm) => void (await vm.shutDown())],
  ['metadata says preempted', async (vm: Vm) => void (vm.google.preempted = true)],
])('a command that fails once %s was interrupted: no outcome', async (_, goDown) => {
  const vm = await startBusy('echo begun; until [ -e go ]; do sleep 0.1; done; echo last words; exit 1;');
  await goDown(vm);
  vm.google.objects.delete(`${PREFIX}progress/log.txt`);
  writeFileSync(join(vm.home, 'repo/go'), '');
  const log = `${PREFIX}progress/log.txt`;
  await vm.google.until('the last log', () => vm.google.objects.get(log)?.data.includes('last words') ?? false);
  process.kill(vm.agent.pid ?? 0, 'SIGTERM');
  await vm.exited;
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('a snapshot that cannot be fetched while the VM is preempted: an interruption, and no failure is reported', async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.preempted = true;
      google.fault = ({ method, name }) => (method === 'GET' && name === 'sources/tree.bundle' ? 404 : null);
    },
  });
  await vm.google.until('the interruption', () => vm.log().includes('going down: an interruption'));
  process.kill(vm.agent.pid ?? 0, 'SIGTERM');
  await vm.exited;
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(vm.google.reports.filter(({ state }) => state.failure)).toEqual([]);
});

test('a command that succeeds while the VM goes down has succeeded', async () => {
  const vm = await startBusy('until [ -e go ]; do sleep 0.1; done; true');
  await vm.shutDown();
  writeFileSync(join(vm.home, 'repo/go'), '');
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('after the outcome it says nothing and is quick', async () => {
  const vm = await startVm();
  await vm.ended();
  const calls = vm.google.bucketCalls.length;
  const times = [await vm.shutDown(), await vm.shutDown(), await vm.shutDown()];
  expect(saying(vm)).toEqual([]);
  expect(vm.google.bucketCalls).toHaveLength(calls);
  // Waiting for anything would take seconds; a computer that is busy with other suites takes hundreds of milliseconds.
  expect(Math.min(...times)).toBeLessThan(1000);
});

test('an attempt that was fenced is not reported as stopping', async () => {
  const vm = await startBusy();
  vm.google.put(`${PREFIX}fenced`, '{}');
  await vm.shutDown();
  expect(saying(vm)).toEqual([]);
});

test('on a VM on which no agent ran it does nothing', async () => {
  const { status, stderr } = spawnSync('/bin/bash', [join(SCRIPTS, 'shutdown.sh')], {
    env: { HOME: '/nonexistent', PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
