// Signs of life of a silent VM: what it wrote itself, and whether a report would have been heard.
import { attemptPrefix, currentPeriod } from '@mymlops/protocol';
import { checkLiveness } from '../../../functions/src/effects/vm/check-liveness';
import { aVm, RUN } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aTask, effectContext } from '../task';

const vm = aVm();

async function look(google: FakeGoogle) {
  const update = await checkLiveness(aTask(google, vm), effectContext(google));
  return update && currentPeriod(update(vm)).liveness;
}

test('objects of other attempts, or elsewhere in the run, are not signs of this VM', async () => {
  const google = fakeGoogle();
  for (const attempt of [2, 10]) google.writtenAt.set(`${attemptPrefix(RUN, attempt)}log.txt`, '2026-11-21T10:20:00Z');
  google.writtenAt.set(`runs/${RUN}/command.json`, '2026-11-21T10:20:00Z');
  expect(await look(google)).toEqual({ at: '2026-11-21T10:00:00.000Z' });
});

test("the newest object counts, by the bucket's clock", async () => {
  const google = fakeGoogle();
  google.writtenAt.set(`${attemptPrefix(RUN, 1)}claim`, '2026-11-21T09:58:00.000Z');
  google.writtenAt.set(`${attemptPrefix(RUN, 1)}results/a`, '2026-11-21T10:05:00.000Z');
  expect(await look(google)).toEqual({
    at: '2026-11-21T10:00:00.000Z',
    newestObjectAt: '2026-11-21T10:05:00.000Z',
  });
});

test('the newest probe, and since when there was no gap between probes', async () => {
  const google = fakeGoogle();
  google.probe = { v: 1, at: '2026-11-21T09:59:00.000Z', since: '2026-11-21T09:00:00.000Z' };
  expect(await look(google)).toEqual({
    at: '2026-11-21T10:00:00.000Z',
    probeAt: '2026-11-21T09:59:00.000Z',
    probesSince: '2026-11-21T09:00:00.000Z',
  });
});

test('a later look takes the place of an earlier one whole: an old sign does not outlive it', async () => {
  const google = fakeGoogle();
  const update = await checkLiveness(aTask(google, vm), effectContext(google));
  const known = aVm({ period: { liveness: { at: '2026-11-21T09:50:00.000Z', probeAt: '2026-11-21T09:49:00.000Z' } } });
  expect(update && currentPeriod(update(known)).liveness).toEqual({ at: '2026-11-21T10:00:00.000Z' });
});
