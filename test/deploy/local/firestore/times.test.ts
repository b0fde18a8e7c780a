// Commit and read times, which only grow, and times as text.
import {
  createCommitClock,
  fromTimeText,
  toMicros,
  toTimestamp,
  toTimeText,
} from '../../../../deploy/local/firestore/times';

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

test.each([
  [{ seconds: '0', nanos: 0 }, '1970-01-01T00:00:00Z'],
  [{ seconds: '-1', nanos: 500_000_000 }, '1969-12-31T23:59:59.500Z'],
  [{ seconds: '1767225600', nanos: 1000 }, '2026-01-01T00:00:00.000001Z'],
  [{ seconds: '1767225600', nanos: 120_000_000 }, '2026-01-01T00:00:00.120Z'],
  [{ seconds: '-62135596800', nanos: 1 }, '0001-01-01T00:00:00.000000001Z'],
])('%j is %s as text', (time, text) => {
  expect(toTimeText(time)).toBe(text);
  expect(fromTimeText(text)).toEqual(time);
});

test('a text of another time zone', () => {
  expect(fromTimeText('2026-01-01T01:00:00.5+01:00')).toEqual({ seconds: '1767225600', nanos: 500_000_000 });
});
