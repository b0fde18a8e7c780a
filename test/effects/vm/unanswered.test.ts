// A zone that does not answer: whether the insert counts as failed, by its age and by the VM's signs of life.
import { ATTEMPT_OBJECTS, attemptPrefix, FENCE, currentPeriod } from '@mymlops/protocol';
import { orUnanswered, unlessHeard } from '../../../functions/src/effects/vm/unanswered';
import { withStart } from '../../../functions/src/engine/vm/record';
import { aStart, at, aVm, msAt, RUN } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { aTask, effectContext, type RunVm } from '../task';

const PREFIX = attemptPrefix(RUN, 1);
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };

/** With these objects below its prefix; so many seconds after its decision. */
async function afterNoAnswer({ seconds = 1800, vm = aVm(), objects = [] as string[] }) {
  const google = fakeGoogle();
  google.nowMs = msAt(seconds);
  for (const object of objects) google.writtenAt.set(`${PREFIX}${object}`, at(seconds - 1));
  const update = await orUnanswered(aTask(google, vm), effectContext(google), () => Promise.reject(new Error('503')));
  return update && currentPeriod(update(vm));
}

const unanswered = { code: 'unanswered', message: expect.stringContaining(aVm().zone), scope: 'zone' };

test('what the zone says counts, however late', async () => {
  const google = fakeGoogle();
  google.nowMs = msAt(9999);
  const update = (vm: RunVm): RunVm => vm;
  expect(await orUnanswered(aTask(google), effectContext(google), () => Promise.resolve(update as never))).toBe(update);
});

test('until half an hour after the decision it is called again', async () => {
  await expect(afterNoAnswer({ seconds: 1799.999 })).rejects.toThrow('503');
  expect((await afterNoAnswer({ seconds: 1800 }))?.start).toMatchObject({ settledAt: at(1800), failure: unanswered });
});

test.each([FENCE, ATTEMPT_OBJECTS.outcome, `${ATTEMPT_OBJECTS.publish}metadata.json`])(
  'our own %s was taken for a sign of life of its VM',
  async (object) => {
    expect((await afterNoAnswer({ objects: [object] }))?.start.failure).toMatchObject(unanswered);
  },
);

test.each([ATTEMPT_OBJECTS.claim, `${ATTEMPT_OBJECTS.results}log.txt`])(
  'its own %s is one: from then on its signs of life decide',
  async (object) => {
    const period = await afterNoAnswer({ objects: [object, FENCE] });
    expect(period).toMatchObject({ liveness: { at: at(1800), newestObjectAt: at(1799) } });
    expect(period?.start).toEqual(aVm().periods[1]?.start);
  },
);

test.each([
  ['has reported', aVm({ period: { reports: REPORTS } })],
  ['was seen to write', aVm({ period: { liveness: { at: at(900), newestObjectAt: at(800) } } })],
])('a VM that %s is not given up for it', async (_what, vm) => {
  await expect(afterNoAnswer({ vm })).rejects.toThrow('503');
});

test.each([
  ['reported', aVm({ period: { reports: REPORTS } })],
  ['was recorded as on by another invocation', aVm({ start: { settledAt: at(20) } })],
])('a VM that %s meanwhile stays as it is', (_what, vm) => {
  expect(unlessHeard((known) => withStart(known, aStart({ settledAt: at(1800) })))(vm)).toBe(vm);
});
