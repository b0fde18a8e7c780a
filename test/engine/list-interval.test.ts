// How often the cloud is listed.
import { isListDue, LIST_NEXT_TIME, sweepsSinceList } from '../../functions/src/engine/list-interval';

test.each([
  ['something to look after, just listed', false, 1, true],
  ['something to look after, not listed for long', false, 4, true],
  ['nothing, just listed', true, 1, false],
  ['nothing, four sweeps ago', true, 4, false],
  ['nothing, five sweeps ago', true, 5, true],
  ['nothing, and lists failed since', true, 6, true],
])('%s', (_state, isQuiet, sinceList, isDue) => {
  expect(isListDue({ isQuiet, sinceList })).toBe(isDue);
});

test.each([
  ['the last sweep has listed it', { sinceList: 0 }, 1],
  ['three sweeps ago', { sinceList: 3 }, 4],
])('sweeps since the list: %s', (_state, last, count) => {
  expect(sweepsSinceList(last)).toBe(count);
});

test.each([
  ['without a report', undefined],
  ['after a sweep that asked for it', { sinceList: LIST_NEXT_TIME }],
])('%s the cloud is listed', (_state, last) => {
  expect(isListDue({ isQuiet: true, sinceList: sweepsSinceList(last) })).toBe(true);
});

test('while nothing is live, every fifth sweep lists the cloud', () => {
  const isListed: boolean[] = [];
  let last = { sinceList: 0 };
  for (let sweep = 1; sweep <= 10; sweep++) {
    const sinceList = sweepsSinceList(last);
    const isDue = isListDue({ isQuiet: true, sinceList });
    isListed.push(isDue);
    last = { sinceList: isDue ? 0 : sinceList };
  }
  expect(isListed.flatMap((isDue, index) => (isDue ? index + 1 : []))).toEqual([5, 10]);
});
