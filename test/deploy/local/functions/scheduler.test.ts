// The tick: when it comes, and that a failure does not end it.
import { startScheduler } from '../../../../deploy/local/functions/scheduler';
import { fakeClock } from '../../../fakes/clock';

const tick = { v: 1, type: 'tick' };

test('the scheduler ticks every period until it is cancelled', async () => {
  const clock = fakeClock();
  const ticks: unknown[] = [];
  const scheduler = startScheduler(clock, 60_000, (bytes) => ticks.push(JSON.parse(bytes.toString())));
  await clock.advance(59_999);
  expect(ticks).toEqual([]);
  await clock.advance(120_001);
  expect(ticks).toEqual([tick, tick, tick]);
  scheduler.cancel();
  await clock.advance(600_000);
  expect(ticks).toHaveLength(3);
});

test('a tick that cannot be published does not end the ticking', async () => {
  const clock = fakeClock();
  let tries = 0;
  startScheduler(clock, 1000, () => {
    tries += 1;
    throw new Error('no space');
  });
  await expect(clock.advance(1000)).rejects.toThrow('no space');
  await expect(clock.advance(1000)).rejects.toThrow('no space');
  expect(tries).toBe(2);
});
