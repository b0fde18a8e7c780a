// When the local cloud exits by itself.
import { startLifetime } from '../../../../deploy/local/process/lifetime';
import type { Clock } from '../../../../deploy/local/shared/clock';
import { fakeClock } from '../../../fakes/clock';

const idleMs = 600_000;
const watch = (clock: Clock, isBusy = (): boolean => false) => {
  let idleCount = 0;
  const lifetime = startLifetime({ clock, idleMs, isBusy, onIdle: () => (idleCount += 1) });
  return { ...lifetime, idleCount: () => idleCount };
};

test('the local cloud exits after the idle time, not before', async () => {
  const clock = fakeClock();
  const { idleCount } = watch(clock);
  await clock.advance(idleMs - 1);
  expect(idleCount()).toBe(0);
  await clock.advance(1);
  expect(idleCount()).toBe(1);
});

test('idle time counts from the last activity', async () => {
  const clock = fakeClock();
  const { idleCount, noteActivity } = watch(clock);
  await clock.advance(idleMs - 1000);
  noteActivity();
  await clock.advance(idleMs - 10_000);
  expect(idleCount()).toBe(0);
  await clock.advance(20_000);
  expect(idleCount()).toBe(1);
});

test('it does not exit while something runs', async () => {
  const clock = fakeClock();
  let isBusy = true;
  const { idleCount } = watch(clock, () => isBusy);
  await clock.advance(10 * idleMs);
  expect(idleCount()).toBe(0);
  isBusy = false;
  await clock.advance(idleMs);
  expect(idleCount()).toBe(1);
});
