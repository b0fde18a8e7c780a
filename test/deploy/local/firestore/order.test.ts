// The orders of a query: its own, then those of inequalities, then the name.
import type { Filter, StructuredQuery } from '../../../../deploy/local/firestore/messages';
import { ordersOf } from '../../../../deploy/local/firestore/order';

const by = (...fields: string[]): StructuredQuery['orderBy'] =>
  fields.map((text) => ({
    field: { fieldPath: text.replace('-', '') },
    direction: text.startsWith('-') ? 'DESCENDING' : 'ASCENDING',
  }));
const filter = (fieldPath: string, op = 'LESS_THAN'): Filter => ({
  fieldFilter: { field: { fieldPath }, op, value: { integerValue: '1' } },
});
const and = (...filters: Filter[]): Filter => ({ compositeFilter: { op: 'AND', filters } });

test.each<[string, StructuredQuery, string]>([
  ['nothing given', {}, '__name__'],
  ['an order', { orderBy: by('a') }, 'a __name__'],
  ['a descending order: names follow it', { orderBy: by('a', '-b') }, 'a -b -__name__'],
  ['an inequality', { where: filter('x') }, 'x __name__'],
  ['an equality adds nothing', { where: filter('x', 'EQUAL') }, '__name__'],
  ['inequalities in the order of their fields', { where: and(filter('y'), filter('x')) }, 'x y __name__'],
  ['an inequality on an ordered field', { where: filter('a'), orderBy: by('-a') }, '-a -__name__'],
])('%s', (_what, query, expected) => {
  const text = ordersOf(query).map(({ field, sign }) => `${sign < 0 ? '-' : ''}${field}`);
  expect(text.join(' ')).toBe(expected);
});

test.each<[string, StructuredQuery, string]>([
  ['a field twice', { orderBy: by('a', '-a') }, 'two orders by a'],
  ['an order after the name', { orderBy: by('__name__', 'a') }, 'a, an order or an inequality, comes after __name__'],
  ['an inequality after the name', { orderBy: by('__name__'), where: filter('x') }, 'comes after __name__'],
  ['names downwards, for which Google has no index', { orderBy: by('-__name__') }, 'cannot scan names downwards'],
])('%s is refused', (_what, query, message) => {
  expect(() => ordersOf(query)).toThrow(message);
});
