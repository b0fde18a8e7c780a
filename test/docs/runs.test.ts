// docs/runs.md has every status and every reason, and no other.
import { REASON_NAMES, STATUSES } from '@mymlops/protocol';
import { readPage, sectionOf } from './pages';

const [statuses = '', reasons = ''] = sectionOf(readPage('docs/runs.md'), 'Status and reason').split('| reason |');
const namesIn = (table: string): string[] =>
  Array.from(table.matchAll(/^\| (`.*?) \|/gm), ([, cell = '']) => cell.match(/(?<=`)[a-z-]+(?=`)/g) ?? []).flat();

test('each status', () => {
  expect(namesIn(statuses)).toEqual(STATUSES);
});

test('each reason', () => {
  expect(namesIn(reasons).toSorted()).toEqual(REASON_NAMES.toSorted());
});
