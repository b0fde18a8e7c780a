// `-k`: the VM stays for its time after the end, whatever the end is, and no longer.
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft, type Deployment } from './interrupted';

const KEEP_SECONDS = 600;
const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const setupFailed = { reason: 'setup-failed', message64: Buffer.from('pip: no').toString('base64') };

const ENDS: [what: string, end: object, outcome: object][] = [
  ['succeeded', { status: 'succeeded' }, {}],
  ['failed with user-error', { reason: 'user-error' }, { command: { exit: 3, timedOut: false } }],
  ['failed with setup-failed', { reason: 'setup-failed' }, { command: undefined, failure: setupFailed }],
  ['timed out', { reason: 'timed-out' }, { command: { exit: 143, timedOut: true } }],
];

async function ended(outcome: object): Promise<Deployment> {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit({ keepSeconds: KEEP_SECONDS }));
  await deployment.finish(1, outcome);
  return deployment;
}

describe.each(ENDS)('a run that %s', (_what, end, outcome) => {
  test('keeps its VM until its time, which is then deleted', async () => {
    const deployment = await ended(outcome);
    const { google } = deployment;
    expect(deployment.summary()).toMatchObject({ ...end, live: true });
    const keptUntilMs = Date.parse(deployment.state().end?.at ?? '') + KEEP_SECONDS * 1000;
    google.nowMs = keptUntilMs - 70_000;
    await deployment.sweep();
    expect(google.nowMs).toBeLessThan(keptUntilMs);
    expect(google.vms.size).toBe(1);
    google.nowMs = keptUntilMs;
    await deployment.sweep();
    expectNothingLeft(deployment);
    expect(deployment.summary()).toMatchObject({ ...end, live: false });
  });

  test('gives its VM back at once when it is cancelled, and has ended as before', async () => {
    const deployment = await ended(outcome);
    expect(deployment.google.vms.size).toBe(1);
    await deployment.publish(cancel);
    expect(deployment.summary()).toMatchObject({ ...end, live: false });
    expectNothingLeft(deployment);
  });
});

test('a kept VM whose time limit nobody had read before its end goes where Google dropped it', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.faults.dropsTimeLimit = true;
  google.calls.before = (name) => {
    if (name === 'compute.get') throw new Error('503');
  };
  await deployment.publish(aCommit({ keepSeconds: KEEP_SECONDS })).catch(() => {});
  await deployment.finish(1).catch(() => {});
  google.calls.before = () => {};
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'succeeded' });
  expectNothingLeft(deployment);
});

test("Google's time limit leaves room for it", async () => {
  const limitOf = async (keepSeconds: number): Promise<number> => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ keepSeconds }));
    return deployment.state().attempts[1]?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0;
  };
  expect(await limitOf(KEEP_SECONDS)).toBe((await limitOf(0)) + KEEP_SECONDS);
});
