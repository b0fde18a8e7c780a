// The VM hears of its result when everything it needs for the push is in the bucket.
import { setImmediate as turn } from 'node:timers/promises';
import { currentPeriod, type RunState } from '@mymlops/protocol';
import { sendResult } from '../../../functions/src/effects/run/send-result';
import { anAttempt, anOutput, aVm, RUN } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aRun, effectContext, makeVm, stored, type RunVm } from '../task';

const AT = '2026-11-21T10:00:00.000Z';
const ended = (vm: RunVm = aVm()): RunState => ({
  ...aRun({ 1: anAttempt(vm) }, { outputRepository: anOutput }),
  end: { status: 'failed', message: '', attempt: 1, at: AT },
  publication: { state: 'pending' },
});

async function send(google: FakeGoogle, state = ended()) {
  const result = await sendResult(stored(state), 1, effectContext(google));
  return result?.merge(state);
}

test('first the files, then the word; its time is when the VM had it', async () => {
  const google = fakeGoogle();
  await makeVm(google);
  const { resultsBucket: bucket } = google.context;
  const write = async (...object: Parameters<typeof bucket.write>): Promise<void> => {
    await turn();
    await bucket.write(...object);
  };
  google.context.resultsBucket = { ...bucket, write };
  google.calls.before = (name) => {
    if (name === 'compute.setMetadata') expect(google.objects.size).toBe(2);
  };
  google.calls.after = () => void (google.nowMs += 1000);
  const state = await send(google);
  expect([...google.objects.keys()].toSorted()).toEqual(
    ['message.txt', 'metadata.json'].map((name) => `runs/${RUN}/attempts/1/publish/${name}`),
  );
  expect([...google.vms.values()][0]?.metadata).toEqual({ 'mymlops-control': 'result=failed\n' });
  expect(state?.attempts[1]?.resultSentAt).toBe(new Date(google.nowMs).toISOString());
  expect(currentPeriod(state?.attempts[1]?.vm ?? aVm())).not.toHaveProperty('down');
});

test('a bucket that fails leaves the VM without its result, to be tried again', async () => {
  const google = fakeGoogle();
  await makeVm(google);
  google.calls.before = (name) => {
    if (name === 'resultsBucket.write') throw new Error('503');
  };
  await expect(send(google)).rejects.toThrow('503');
  expect([...google.vms.values()][0]?.metadata).toEqual({});
});

test.each<[string, (google: FakeGoogle) => void]>([
  ['is gone', ({ vms }) => vms.clear()],
  ['has given its name away', ({ vms }) => vms.forEach((vm) => Object.assign(vm, { id: '43', labels: {} }))],
])('a VM that %s is seen as gone, and its result counts as sent', async (_what, change) => {
  const google = fakeGoogle();
  await makeVm(google);
  change(google);
  const state = await send(google);
  expect(state?.attempts[1]?.resultSentAt).toBe(AT);
  expect(currentPeriod(state?.attempts[1]?.vm ?? aVm()).down).toEqual({ at: AT, how: 'gone' });
  for (const vm of google.vms.values()) expect(vm.metadata).toEqual({});
});

test('a VM that is known to be down is not asked for, and stays down as it was seen', async () => {
  const google = fakeGoogle();
  google.calls.before = (name) => {
    if (name.startsWith('compute.')) throw new Error('asked');
  };
  const down = { at: '2026-11-21T09:58:00.000Z', how: 'stopped' as const };
  const state = await send(google, ended(aVm({ period: { down } })));
  expect(state?.attempts[1]).toMatchObject({ resultSentAt: AT, vm: { periods: { 1: { down } } } });
  expect(google.objects.size).toBe(2);
});
