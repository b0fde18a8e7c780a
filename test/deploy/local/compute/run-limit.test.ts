// The clock of maxRunDuration.
import { startRunLimit } from '../../../../deploy/local/compute/run-limit';
import { fakeClock } from '../../../fakes/clock';

function start({ limitMs = 150_000, ranMs = 0 } = {}) {
  const clock = fakeClock();
  const written: number[] = [];
  let overs = 0;
  const limit = startRunLimit({ clock, limitMs, ranMs, ran: (ms) => written.push(ms), over: () => (overs += 1) });
  return { clock, written, limit, overs: () => overs };
}

test('it is over after its time, which is written every minute', async () => {
  const { clock, written, overs } = start();
  await clock.advance(149_999);
  expect([written, overs()]).toEqual([[60_000, 120_000], 0]);
  await clock.advance(1);
  expect(overs()).toBe(1);
  expect(clock.waiting()).toBe(0);
});

test.each([
  [100_000, 50_000],
  [150_000, 0],
  [200_000, 0],
])('%i ms that it ran before count', async (ranMs, restMs) => {
  const { clock, overs } = start({ ranMs });
  await clock.advance(Math.max(0, restMs - 1));
  if (restMs > 0) expect(overs()).toBe(0);
  await clock.advance(1);
  expect(overs()).toBe(1);
});

test('the time so far includes a part of a minute', async () => {
  const { clock, limit } = start({ ranMs: 1000 });
  await clock.advance(70_500);
  expect(limit.ranMs()).toBe(71_500);
});

test('cancelled, it is never over', async () => {
  const { clock, limit, overs } = start();
  limit.cancel();
  await clock.advance(1_000_000);
  expect(overs()).toBe(0);
});
