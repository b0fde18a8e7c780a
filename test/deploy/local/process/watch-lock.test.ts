// A lock that is lost is noticed within a second, and said once.
import { watchLock } from '../../../../deploy/local/process/watch-lock';
import { fakeClock } from '../../../fakes/clock';

test('lost after three seconds', async () => {
  const clock = fakeClock();
  let isOurs = true;
  let lost = 0;
  watchLock({ isOurs: () => isOurs }, clock, () => (lost += 1));
  await clock.advance(3000);
  expect(lost).toBe(0);
  isOurs = false;
  await clock.advance(1000);
  expect(lost).toBe(1);
  await clock.advance(5000);
  expect(lost).toBe(1);
});
