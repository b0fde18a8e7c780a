// How long somebody has been awake: sleeps and clocks that are set do not count as time in which something could be late.
import { measureTimeAwake } from '../../functions/src/sweep/time-awake';

const MINUTE_MS = 60_000;

function awake() {
  const clocks = { now: 1_000_000, monotonic: 500 };
  const awakeMs = measureTimeAwake(
    () => clocks.now,
    () => clocks.monotonic,
  );
  return (byMs: number, jumpMs = 0): number => {
    clocks.now += byMs + jumpMs;
    clocks.monotonic += byMs;
    return awakeMs();
  };
}

test('it counts from the start', () => {
  const after = awake();
  expect([after(1000), after(MINUTE_MS), after(10 * MINUTE_MS)]).toEqual([1000, 61_000, 661_000]);
});

test.each([
  ['a sleep of five hours', 300 * MINUTE_MS],
  ['a clock that is set back', -300 * MINUTE_MS],
])('%s: from the first look after it', (_what, jumpMs) => {
  const after = awake();
  expect([after(10 * MINUTE_MS), after(1000, jumpMs), after(MINUTE_MS)]).toEqual([10 * MINUTE_MS, 0, MINUTE_MS]);
});

test('a sleep before the first look is noticed at that look', () => {
  const after = awake();
  expect([after(1000, 300 * MINUTE_MS), after(MINUTE_MS)]).toEqual([0, MINUTE_MS]);
});

test.each([
  [30_000, 2000],
  [30_001, 0],
  [-30_000, 2000],
  [-30_001, 0],
])('clocks that part by %d ms between two looks: awake for %d ms', (jumpMs, expected) => {
  const after = awake();
  after(1000);
  expect(after(1000, jumpMs)).toBe(expected);
});

test('a clock that is a little wrong is put right by the network', () => {
  const after = awake();
  expect([after(MINUTE_MS, 2000), after(MINUTE_MS, -2000)]).toEqual([MINUTE_MS, 2 * MINUTE_MS]);
});
