// shutdown.sh beside a running agent: what is said and saved when the machine goes down, and that it never holds it up.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, SCRIPTS, destroyMachines, startMachine, type Machine } from './machine';

afterEach(destroyMachines);

async function startBusy(command = 'echo begun; exec sleep 600 #'): Promise<Machine> {
  const machine = await startMachine({ command, metadata: { 'mymlops-heartbeat-seconds': '600' } });
  await machine.google.until('execute', () => machine.google.reports.some(({ state }) => state.phase === 'execute'));
  return machine;
}

const saying = (machine: Machine) => machine.google.reports.filter(({ writer }) => writer === 'shutdown');

test('a preemption is reported with the state so far, and log and notebook are saved', async () => {
  const machine = await startBusy('echo begun; echo "{}" > notebooks/train.ipynb; exec sleep 600 #');
  machine.google.preempted = true;
  await machine.shutDown();
  expect(saying(machine)).toMatchObject([{ seq: 1, kind: 'lifecycle', state: { stopping: { preempted: true } } }]);
  expect(Object.keys(saying(machine)[0]?.state.phases ?? {})).toEqual(['boot', 'source', 'execute']);
  expect(machine.result('log.txt')).toBe('begun\n');
  expect(machine.result('train.ipynb')).toBe('{}\n');
});

test('a stop by someone is not called a preemption, and a second call is a report of its own', async () => {
  const machine = await startBusy();
  await machine.shutDown();
  await machine.shutDown();
  expect(saying(machine)).toMatchObject([
    { seq: 1, state: { stopping: { preempted: false } } },
    { seq: 2, state: { stopping: { preempted: false } } },
  ]);
});

test.each([
  ['shutdown.sh has run', async (machine: Machine) => void (await machine.shutDown())],
  ['metadata says preempted', async (machine: Machine) => void (machine.google.preempted = true)],
])('a command that fails once %s was interrupted: no outcome', async (_, goDown) => {
  const machine = await startBusy('echo begun; until [ -e go ]; do sleep 0.1; done; echo last words; exit 1;');
  await goDown(machine);
  machine.google.objects.delete(`${PREFIX}results/log.txt`);
  writeFileSync(join(machine.home, 'repo/go'), '');
  const log = `${PREFIX}results/log.txt`;
  await machine.google.until(
    'the last log',
    () => machine.google.objects.get(log)?.data.includes('last words') ?? false,
  );
  process.kill(machine.agent.pid ?? 0, 'SIGTERM');
  await machine.exited;
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('a snapshot that cannot be fetched while the VM is preempted: an interruption, and no failure is reported', async () => {
  const machine = await startMachine({
    prepare: (google) => {
      google.preempted = true;
      google.fault = ({ method, name }) => (method === 'GET' && name === 'sources/tree.bundle' ? 404 : null);
    },
  });
  await machine.google.until('the interruption', () => machine.log().includes('going down: an interruption'));
  process.kill(machine.agent.pid ?? 0, 'SIGTERM');
  await machine.exited;
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(machine.google.reports.filter(({ state }) => state.failure)).toEqual([]);
});

test('a command that succeeds while the VM goes down has succeeded', async () => {
  const machine = await startBusy('until [ -e go ]; do sleep 0.1; done; true');
  await machine.shutDown();
  writeFileSync(join(machine.home, 'repo/go'), '');
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('after the outcome it says nothing and is quick', async () => {
  const machine = await startMachine();
  await machine.ended();
  const calls = machine.google.bucketCalls.length;
  const times = [await machine.shutDown(), await machine.shutDown(), await machine.shutDown()];
  expect(saying(machine)).toEqual([]);
  expect(machine.google.bucketCalls).toHaveLength(calls);
  // Waiting for anything would take seconds; a machine that is busy with other suites takes hundreds of milliseconds.
  expect(Math.min(...times)).toBeLessThan(1000);
});

test('an attempt that was fenced is not reported as stopping', async () => {
  const machine = await startBusy();
  machine.google.put(`${PREFIX}fenced`, '{}');
  await machine.shutDown();
  expect(saying(machine)).toEqual([]);
});

test('on a VM on which no agent ran it does nothing', async () => {
  const { status, stderr } = spawnSync('/bin/bash', [join(SCRIPTS, 'shutdown.sh')], {
    env: { HOME: '/nonexistent', PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
