// Why an instance is off: the words of Google, those of its VM before it went, and those that come later.
import type { InstanceReportState } from '@mymlops/protocol';
import { expectStopped, idleFor, instanceDeployment, readyInstance, UID, type Instances } from './instances';

const isOff = ({ vm }: Instances): void => void Object.assign(vm() ?? {}, { status: 'TERMINATED' });

const reasonOf = ({ summary }: Instances): [string | undefined, string] => [summary().reason, summary().message];

test.each([
  ['compute.instances.hostError', 'host', /^The host of the VM failed, or Google maintained it\. .* its disk is kept/],
  ['compute.instances.terminateOnHostMaintenance', 'host', /^The host of the VM/],
  ['compute.instances.preempted', 'preempted', /^Google took the VM back \(preempted\)\. .* its disk is kept/],
  ['compute.instances.guestTerminate', 'by-hand', /^The VM was switched off on the VM itself or in the console/],
  ['stop', 'by-hand', /^The VM was switched off/],
])('%s: stopped with the reason %s, and resumed by a start', async (type, reason, message) => {
  const instance = await readyInstance();
  instance.google.faults.operations = [{ type, at: new Date(instance.google.nowMs).toISOString() }];
  isOff(instance);
  await instance.sweep(2);
  expectStopped(instance);
  expect(reasonOf(instance)).toEqual([reason, expect.stringMatching(message)]);
  instance.google.nowMs += 60_000;
  await instance.start(2);
  await instance.report({ phase: 'serve' });
  expect(instance.status()).toBe('ready');
  // The next end of the VM is another one.
  isOff(instance);
  await instance.sweep(2);
  expect(reasonOf(instance)[0]).toBe('by-hand');
});

const failed = (message: string): Partial<InstanceReportState> =>
  JSON.parse(
    JSON.stringify({ failure: { reason: 'internal', message64: Buffer.from(message).toString('base64') } }),
  ) as Partial<InstanceReportState>;

const WORDS: [what: string, said: Partial<InstanceReportState>, writer: 'agent' | 'shutdown', reason: string][] = [
  [
    'it goes, as was proposed',
    { ...idleFor(4000), answer: { proposal: 1_900_000_000, says: 'going' } },
    'agent',
    'idle',
  ],
  ['it has judged alone that nobody works', { ...idleFor(4000), alone: true }, 'agent', 'idle'],
  ['it has counted to its soft stop alone', { ...idleFor(10), alone: 'soft-stop' }, 'agent', 'soft-stop'],
  ['it is preempted', { stopping: { preempted: true, at: '2026-11-21T10:00:00Z' } }, 'shutdown', 'preempted'],
  ['its agent failed', failed('the metadata server does not answer'), 'agent', 'internal'],
];

describe.each(WORDS)('its VM said that %s', (_what, said, writer, reason) => {
  test('and the sweep saw it off after that word', async () => {
    const instance = await readyInstance();
    await instance.report(said, UID, { writer });
    isOff(instance);
    await instance.sweep(2);
    expectStopped(instance);
    expect(instance.summary().reason).toBe(reason);
  });

  test('and the sweep saw it off before that word came', async () => {
    const instance = await readyInstance();
    isOff(instance);
    await instance.sweep(2);
    expect(instance.summary().reason).toBe('by-hand');
    const { stoppedAt } = instance.summary();
    await instance.report(said, UID, { writer });
    expectStopped(instance);
    expect(instance.summary()).toMatchObject({ reason, stoppedAt });
    expect(instance.state().stop).toMatchObject({ period: 1, ...(reason === 'idle' && { signals: said.signals }) });
  });
});

test('the failure of its agent is the message of the stop', async () => {
  const instance = await readyInstance();
  await instance.report(failed('the agent was killed'));
  expect(instance.status()).toBe('unready');
  isOff(instance);
  await instance.sweep(2);
  expect(reasonOf(instance)).toEqual([
    'internal',
    'The agent on the VM failed, which switched it off: the agent was killed. Start it again: its disk is kept.',
  ]);
});

test('a failure of its user’s texts does not switch a VM off: somebody did', async () => {
  const instance = await readyInstance();
  const { failure } = failed('exit code 7');
  await instance.report({ failure: { ...failure, reason: 'setup-failed' } as InstanceReportState['failure'] });
  isOff(instance);
  await instance.sweep(2);
  expect(instance.summary().reason).toBe('by-hand');
});

test('one that went off before it reported: its console may say why', async () => {
  const instance = instanceDeployment();
  await instance.start(1);
  isOff(instance);
  await instance.sweep(2);
  expectStopped(instance);
  expect(reasonOf(instance)).toEqual(['by-hand', expect.stringContaining('before its agent reported')]);
});

test('a word of its user stands, whatever its VM says later', async () => {
  const instance = await readyInstance();
  await instance.stop(1);
  await instance.sweep(2);
  await instance.report({ ...idleFor(4000), alone: true });
  expectStopped(instance);
  expect(instance.summary().reason).toBe('user');
});

test('a VM that judged alone, and hangs before its power is off, is switched off', async () => {
  const instance = await readyInstance();
  await instance.report({ ...idleFor(4000), alone: true });
  await instance.sweep(5);
  expect(instance.vm()?.status).toBe('RUNNING');
  await instance.sweep(8);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('idle');
});
