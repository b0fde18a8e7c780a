// Ctrl-C ends a command that does not end by itself, but not before what must be finished.
import { leaveAfterGrace } from '../../../client/src/core/leave-after-grace';

/** Time that passes only when the test says so. */
function aClock() {
  const waiting: (() => void)[] = [];
  const schedule = (work: () => void, ms: number): void => {
    expect(ms).toBe(1500);
    waiting.push(work);
  };
  return { schedule, pass: () => waiting.splice(0).forEach((work) => work()) };
}

test('after the grace it leaves; while something is unfinished it looks again', () => {
  const { schedule, pass } = aClock();
  const unfinished = new Set<object>();
  const terraform = {};
  unfinished.add(terraform);
  let left = 0;
  leaveAfterGrace(unfinished, () => (left += 1), schedule);
  pass();
  pass();
  expect(left).toBe(0);
  unfinished.delete(terraform);
  expect(left).toBe(0);
  pass();
  pass();
  expect(left).toBe(1);
});
