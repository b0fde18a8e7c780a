// The report that a sweep writes about itself: what is in it, and how long it may be.
import { emptyReport, isEventful, isolated, noteFailure, withShortLists } from '../../functions/src/sweep/report';
import { msAt } from '../fakes/builders';

const LISTS = ['advanced', 'reaped', 'orphans', 'freed', 'removed', 'deadLetters', 'failures'] as const;
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `item-${index}`);

test('it begins with the time, and with nothing listed', () => {
  const report = emptyReport(msAt(90));
  expect(report).toMatchObject({ v: 1, at: '2026-11-21T10:01:30.000Z', isListed: false, sinceList: 0, live: {} });
  expect(isEventful(report)).toBe(false);
});

test.each(LISTS)('%s make it worth keeping', (list) => {
  expect(isEventful({ ...emptyReport(0), [list]: ['x'] })).toBe(true);
});

test.each(LISTS)('of %s the first thousand are named, in order', (list) => {
  const report = { ...emptyReport(0), vms: 3, [list]: names(1001) };
  expect(withShortLists(report)).toEqual({ ...report, [list]: names(1000) });
});

test('a failure is kept by the name of what failed, and nothing else is stopped', async () => {
  const report = emptyReport(0);
  await isolated('one', report, () => Promise.reject(new Error('503')));
  await isolated('two', report, () => Promise.resolve());
  noteFailure('three', 'text', report);
  expect(report.failures).toEqual(['one: 503', 'three: text']);
});
