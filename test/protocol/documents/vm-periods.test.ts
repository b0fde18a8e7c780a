// The newest period of a VM, and the reports in one.
import { currentPeriod, currentPeriodNumber, isKeyOf, newestReport, reportKey, reportsBy } from '@mymlops/protocol';
import { aStart, at, aVm } from '../../fakes/builders';

test.each([
  [[1], 1],
  [[1, 2], 2],
  [[2, 1], 2],
  // Numbers, not words: 9 is not the last of ten.
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10],
])('of the periods %j the newest is %i', (numbers, newest) => {
  const periods = Object.fromEntries(numbers.map((number) => [number, { start: aStart({ at: at(number) }) }]));
  const vm = aVm({ periods });
  expect([currentPeriodNumber(vm), currentPeriod(vm).start.at]).toEqual([newest, at(newest)]);
});

test('a record without a period is an error', () => {
  expect(() => currentPeriod(aVm({ name: 'vm-1', periods: {} }))).toThrow('VM vm-1 has no period');
});

const said = (state: string, seconds: number) => ({ seq: 1, receivedAt: at(seconds), state });
const reports = {
  [reportKey({ boot: 'b-1', writer: 'agent' })]: said('first', 10),
  [reportKey({ boot: 'b-2', writer: 'agent' })]: said('second', 20),
  [reportKey({ boot: 'b-2', writer: 'shutdown' })]: said('down', 30),
};

test('the keys of earlier documents are the keys of today', () => {
  expect(Object.keys(reports)).toEqual(['b-1_agent', 'b-2_agent', 'b-2_shutdown']);
  expect([isKeyOf('agent', 'b-1_agent'), isKeyOf('agent', 'b-2_shutdown')]).toEqual([true, false]);
});

test('the reports of a writer, one a boot', () => {
  expect(reportsBy('agent', { reports }).map(({ state }) => state)).toEqual(['first', 'second']);
  expect(reportsBy('shutdown', { reports }).map(({ state }) => state)).toEqual(['down']);
  expect(reportsBy('agent', {})).toEqual([]);
});

test.each([
  ['the one that was received last', { ...reports }, 'second'],
  ['whatever their order', { 'b-2_agent': said('second', 20), 'b-1_agent': said('first', 10) }, 'second'],
  ['the first of two that came at once', { 'b-1_agent': said('first', 20), 'b-2_agent': said('second', 20) }, 'first'],
  ['none', { 'b-2_shutdown': said('down', 30) }, undefined],
])('the newest report of the agent: %s', (_what, known, state) => {
  expect(newestReport('agent', { reports: known })).toBe(state);
});
