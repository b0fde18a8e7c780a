// Commit and read times: they only grow.
import { createCommitClock, toMicros, toTimestamp } from '../../../../deploy/local/firestore/times';

function clockAt(...times: number[]) {
  return createCommitClock({ now: () => times.shift() ?? 0, after: () => ({ cancel: () => undefined }) });
}

test('commits at the same moment have different times', () => {
  const clock = clockAt(1000, 1000, 1000);
  expect([clock.next(), clock.next(), clock.next()]).toEqual([1_000_000, 1_000_001, 1_000_002]);
});

test('a read comes between two commits', () => {
  const clock = clockAt(1000, 1000, 1000);
  const [commit, read, later] = [clock.next(), clock.read(), clock.next()];
  expect(read).toBeGreaterThanOrEqual(commit);
  expect(later).toBeGreaterThan(read);
});

test('a clock that goes back changes nothing', () => {
  const clock = clockAt(2000, 1000);
  expect([clock.next(), clock.next()]).toEqual([2_000_000, 2_000_001]);
});

test('times are after those of an earlier process', () => {
  const clock = clockAt(1000);
  clock.atLeast(5_000_000);
  expect(clock.next()).toBe(5_000_001);
});

test.each([
  [0, { seconds: '0', nanos: 0 }],
  [1_500_000, { seconds: '1', nanos: 500_000_000 }],
])('%i microseconds as a timestamp and back', (micros, timestamp) => {
  expect(toTimestamp(micros)).toEqual(timestamp);
  expect(toMicros(timestamp)).toBe(micros);
});

test('fractions of a microsecond are dropped', () => {
  expect(toMicros({ seconds: '1', nanos: 1999 })).toBe(1_000_001);
  expect(toMicros({})).toBe(0);
});
