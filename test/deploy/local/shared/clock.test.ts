// The real clock.
import { systemClock } from '../../../../deploy/local/shared/clock';

test('a timer of a month does not fire at once', async () => {
  let fired = false;
  const timer = systemClock.after(31 * 86_400_000, () => (fired = true));
  await new Promise<void>((resolve) => systemClock.after(30, resolve));
  expect(fired).toBe(false);
  timer.cancel();
});

test('a timer of a time that is past fires', async () => {
  await new Promise<void>((resolve) => systemClock.after(-1000, resolve));
});
