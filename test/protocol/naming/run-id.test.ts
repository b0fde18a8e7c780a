// Ids of runs: they sort by time, and are short enough for the name of a VM.
import { isRunId, newRunId } from '@mymlops/protocol';

const at = (time: string, number: number): string => newRunId(new Date(time), (below) => number % below);

test('the time in UTC, and four letters or digits', () => {
  expect(at('2026-11-21T09:08:07.654Z', 0)).toBe('20261121-090807-aaaa');
  expect(at('2026-11-21T23:59:59.999+02:00', 35)).toBe('20261121-215959-9999');
});

test('each letter has a number of its own', () => {
  const numbers = [0, 25, 26, 35];
  expect(newRunId(new Date(0), () => numbers.shift() ?? 0)).toBe('19700101-000000-az09');
});

test('ids sort by time', () => {
  const times = ['2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z', '2027-01-01T00:00:00Z', '2026-10-01T00:00:00Z'];
  const ids = times.map((time, index) => at(time, index));
  expect(ids.toSorted()).toEqual([ids[1], ids[0], ids[3], ids[2]]);
});

test.each([
  ['20261121-100000-abcd', true],
  ['20261121-100000-0000', true],
  ['20261121-100000-abc', false],
  ['20261121-100000-abcde', false],
  ['20261121-100000-ABCD', false],
  ['20261121-10000-abcd', false],
  ['latest', false],
  ['', false],
  ['20261121-100000-abcd\n', false],
  [' 20261121-100000-abcd', false],
])('%j is an id: %s', (text, isId) => {
  expect(isRunId(text)).toBe(isId);
});
