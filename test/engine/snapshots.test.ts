// When a snapshot may leave the bucket, and when they are looked through.
import { isPastItsRequests, isRoundDue } from '../../functions/src/engine/snapshots';

const NOW = '2026-11-21T10:00:00.000Z';
const nowMs = Date.parse(NOW);
const before = (hours: number): string => new Date(nowMs - hours * 3600_000).toISOString();

test.each([
  ['just sent', 0, false],
  ['as old as a request may become', 7 * 24, false],
  ['eight days old', 8 * 24, false],
  ['older', 8 * 24 + 0.001, true],
])('one that is %s', (_what, hours, isPast) => {
  expect(isPastItsRequests({ createdAt: before(hours) }, nowMs)).toBe(isPast);
});

test.each([
  ['never yet', undefined, true],
  ['less than an hour ago', before(0.999), false],
  ['an hour ago', before(1), true],
])('all are looked through again: %s', (_what, last, isDue) => {
  expect(isRoundDue(last, nowMs)).toBe(isDue);
});
