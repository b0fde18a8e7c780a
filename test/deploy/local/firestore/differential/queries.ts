// Random queries of the shapes that functions and client ask in.
import fc from 'fast-check';
import type { StructuredQuery, Value } from '../../../../../deploy/local/firestore/messages';
import { nameOf } from './names';
import { operand } from './values';

/** `after`: the values of a cursor. */
export interface QueryCall {
  kind: 'query';
  parent: string;
  query: StructuredQuery;
  after?: Value[];
}

type Collection = [parent: string, collectionId: string];
const collection = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Collection>(['', 'runs']) },
  { weight: 1, arbitrary: fc.constantFrom<Collection[]>(['', 'limits'], ['runs/a', 'events']) },
);
const limit = fc.option(fc.constantFrom(1, 2, 300), { nil: undefined });
const NAME = { field: { fieldPath: '__name__' }, direction: 'ASCENDING' };

/** Two are ours: past documents are queried by `<=` (runs), by `>=` (dead letters). The other two are their edges. */
const operator = fc.constantFrom(
  ...['EQUAL', 'EQUAL', 'LESS_THAN_OR_EQUAL', 'GREATER_THAN_OR_EQUAL', 'LESS_THAN', 'GREATER_THAN'],
);

/** As we ask for runs to remove and for dead letters: in no order or in the order that is meant then. */
export const comparison = fc
  .record({
    where: fc.tuple(operator, operand),
    isOrdered: fc.boolean(),
    direction: fc.constantFrom('ASCENDING', 'DESCENDING'),
    select: fc.constantFrom(undefined, '__name__'),
    limit,
  })
  .map(({ where, isOrdered, direction, select, limit: most }): QueryCall => {
    const query: StructuredQuery = {
      from: [{ collectionId: 'runs' }],
      where: filterOf('a', ...where),
      ...(isOrdered && { orderBy: [{ field: { fieldPath: 'a' }, direction }] }),
      ...(select && { select: { fields: [{ fieldPath: select }] } }),
      ...(most !== undefined && { limit: { value: most } }),
    };
    return { kind: 'query', parent: '', query };
  });

/** The shapes of our queries: live runs in pages, newest first, events by id, ids alone; the value is any. */
export const query = fc
  .record({
    collection,
    where: fc.option(fc.tuple(operator, operand), { nil: undefined }),
    field: fc.constantFrom('live', 'a'),
    order: fc.constantFrom('name', 'newest', 'oldest', 'filtered', 'none', 'none'),
    select: fc.constantFrom(undefined, 'submittedAt', '__name__'),
    limit,
    after: fc.option(fc.tuple(operand, fc.constantFrom('runs/a', 'runs/b')), { freq: 2, nil: undefined }),
  })
  .map(({ collection: [parent, collectionId], where, field, order, select, limit: most, after }): QueryCall => {
    const direction = order === 'newest' ? 'DESCENDING' : 'ASCENDING';
    const byTime = { field: { fieldPath: 'submittedAt' }, direction };
    const byFiltered = { field: { fieldPath: field }, direction };
    const orderBy = {
      name: [NAME],
      newest: [byTime, { ...NAME, direction }],
      oldest: [byTime],
      filtered: [byFiltered],
      none: [],
    }[order];
    const position: Value | undefined = after && { referenceValue: nameOf(after[1]) };
    const cursor: (Value | undefined)[] = {
      name: [position],
      newest: [after?.[0], position],
      oldest: [after?.[0]],
      filtered: [after?.[0]],
      none: [],
    }[order];
    const compiled: StructuredQuery = {
      from: [{ collectionId }],
      ...(where && { where: filterOf(field, ...where) }),
      ...(orderBy.length > 0 && { orderBy }),
      ...(select && { select: { fields: [{ fieldPath: select }] } }),
      ...(most !== undefined && { limit: { value: most } }),
    };
    const values = cursor.filter((part): part is Value => part !== undefined);
    return { kind: 'query', parent, query: compiled, ...(values.length > 0 && { after: values }) };
  });

/** As Google's library says it: null and NaN cannot be compared with. */
function filterOf(fieldPath: string, op: string, operand: Value): StructuredQuery['where'] {
  const field = { fieldPath };
  if (operand.nullValue !== undefined) return { unaryFilter: { field, op: 'IS_NULL' } };
  if (operand.doubleValue === 'NaN') return { unaryFilter: { field, op: 'IS_NAN' } };
  return { fieldFilter: { field, op, value: operand } };
}
