// Filters: which values of a field pass.
import { compileFilter, inequalityFields } from '../../../../deploy/local/firestore/filter';
import type { Filter, Value } from '../../../../deploy/local/firestore/messages';
import { parseDocumentName } from '../../../../deploy/local/firestore/names';

const NAME = parseDocumentName('projects/p/databases/d/documents/runs/x');
const VALUES: Record<string, Value | undefined> = {
  missing: undefined,
  null: { nullValue: 'NULL_VALUE' },
  nan: { doubleValue: 'NaN' },
  one: { integerValue: '1' },
  two: { doubleValue: 2 },
  text: { stringValue: 'b' },
  list: { arrayValue: { values: [{ integerValue: '1' }, { stringValue: 'b' }] } },
};
const numbers = (...values: number[]): Value => ({
  arrayValue: { values: values.map((n) => ({ integerValue: String(n) })) },
});

function passing(filter: Filter): string {
  const holds = compileFilter(filter);
  const passes = (value: Value | undefined): boolean =>
    holds({ name: NAME, fields: value ? { a: value } : {}, createdMicros: 0, updatedMicros: 0, bytes: 0 });
  return Object.keys(VALUES)
    .filter((name) => passes(VALUES[name]))
    .join(' ');
}

test.each<[string, Value, string]>([
  ['EQUAL', { integerValue: '1' }, 'one'],
  ['EQUAL', { doubleValue: 1 }, 'one'],
  ['EQUAL', { doubleValue: 'NaN' }, ''],
  ['EQUAL', { nullValue: 'NULL_VALUE' }, 'null'],
  ['NOT_EQUAL', { integerValue: '1' }, 'nan two text list'],
  ['LESS_THAN', { integerValue: '2' }, 'one'],
  ['LESS_THAN_OR_EQUAL', { integerValue: '2' }, 'one two'],
  ['GREATER_THAN', { integerValue: '1' }, 'two'],
  ['GREATER_THAN_OR_EQUAL', { integerValue: '1' }, 'one two'],
  ['GREATER_THAN', { stringValue: 'a' }, 'text'],
  ['ARRAY_CONTAINS', { integerValue: '1' }, 'list'],
  ['ARRAY_CONTAINS_ANY', numbers(1, 9), 'list'],
  ['IN', numbers(1, 2), 'one two'],
  ['NOT_IN', numbers(1), 'nan two text list'],
  ['NOT_IN', { arrayValue: { values: [{ nullValue: 'NULL_VALUE' }] } }, ''],
])('%s %j: %s', (op, value, expected) => {
  expect(passing({ fieldFilter: { field: { fieldPath: 'a' }, op, value } })).toBe(expected);
});

test.each([
  ['IS_NULL', 'null'],
  ['IS_NOT_NULL', 'nan one two text list'],
  ['IS_NAN', 'nan'],
  ['IS_NOT_NAN', 'one two text list'],
])('%s: %s', (op, expected) => {
  expect(passing({ unaryFilter: { field: { fieldPath: 'a' }, op } })).toBe(expected);
});

test.each<[string, Filter, string]>([
  [
    'an unknown comparison',
    { fieldFilter: { field: { fieldPath: 'a' }, op: 'LIKE', value: { integerValue: '1' } } },
    'not a field operator: LIKE',
  ],
  ['no value', { fieldFilter: { field: { fieldPath: 'a' }, op: 'EQUAL' } }, 'a field filter has no value'],
  ['an unknown unary operator', { unaryFilter: { field: { fieldPath: 'a' }, op: 'IS' } }, 'not a unary operator: IS'],
  ['an unknown composition', { compositeFilter: { op: 'XOR', filters: [] } }, 'not a composite operator: XOR'],
])('%s is refused', (_what, filter, message) => {
  expect(() => compileFilter(filter)).toThrow(message);
});

test('only inequalities count for the order', () => {
  const of = (op: string, fieldPath: string): Filter => ({
    fieldFilter: { field: { fieldPath }, op, value: { integerValue: '1' } },
  });
  const filters = [of('EQUAL', 'a'), of('NOT_EQUAL', 'b'), of('IN', 'c'), of('NOT_IN', 'd'), of('LESS_THAN', 'e')];
  expect(inequalityFields({ compositeFilter: { op: 'AND', filters } })).toEqual(['b', 'd', 'e']);
});
