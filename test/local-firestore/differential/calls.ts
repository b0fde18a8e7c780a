// Random sequences of exactly the calls that functions and client make, over few documents, so that they meet.
import fc from 'fast-check';
import type { Fields, StructuredQuery, Value } from '../../../deploy/local/firestore/messages';
import { documentFields, fieldName, value } from './values';

/** Which of the times that were answered for the document so far, counted from the newest; `never` was none of them. */
export type Precondition = { exists: boolean } | { seen: number } | { never: true };

export type WriteCall =
  | { kind: 'set'; path: string; fields: Fields; precondition?: Precondition }
  | { kind: 'update'; path: string; fields: Fields; mask: string[]; precondition?: Precondition }
  | { kind: 'delete'; path: string; precondition?: Precondition };

export type Call =
  | { kind: 'commit'; writes: WriteCall[] }
  | { kind: 'get'; paths: string[] }
  | { kind: 'query'; parent: string; query: StructuredQuery; after?: Value[] }
  | { kind: 'collections'; parent: string };

/** Stands for the database of the sequence that is played. */
export const DATABASE = 'projects/local/databases/d';
export const nameOf = (documentPath: string): string => `${DATABASE}/documents/${documentPath}`;

const path = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('runs/a', 'runs/b', 'runs/ä 1', 'removed/a', 'limits/a') },
  { weight: 6, arbitrary: fc.constantFrom('runs/a/events/1', 'runs/a/events/2', 'runs/b/attempts/000001') },
  { weight: 1, arbitrary: fc.constantFrom('runs/__x__', 'runs/..', 'runs', 'runs//x') },
);

const precondition = fc.oneof(
  { weight: 2, arbitrary: fc.record({ exists: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ seen: fc.constantFrom(0, 0, 0, 1, 2) }) },
  { weight: 1, arbitrary: fc.constant({ never: true as const }) },
);
const perhaps = fc.option(precondition, { nil: undefined });

const quoted = (name: string): string =>
  /^[A-Za-z_][A-Za-z_0-9]*$/.test(name) ? name : `\`${name.replace(/[`\\]/g, '\\$&')}\``;
const fieldPath = fc
  .array(
    fieldName.filter((name) => name !== '__name__'),
    { minLength: 1, maxLength: 2 },
  )
  .map((names) => names.map(quoted).join('.'));

const write = fc.oneof<fc.Arbitrary<WriteCall>[]>(
  fc.record({ kind: fc.constant('set' as const), path, fields: documentFields, precondition: perhaps }),
  // As Google's library makes it: what is set is named by the mask, and what the mask names beyond that is deleted.
  fc
    .record({
      path,
      fields: documentFields,
      deleted: fc.uniqueArray(fieldPath, { maxLength: 2 }),
      precondition: perhaps,
    })
    .map(({ fields, deleted, ...rest }) => {
      const set = Object.keys(fields).map(quoted);
      const others = deleted.filter((gone) => !set.some((name) => gone === name || gone.startsWith(`${name}.`)));
      return { kind: 'update' as const, ...rest, fields, mask: [...set, ...others] };
    }),
  fc.record({ kind: fc.constant('delete' as const), path, precondition: perhaps }),
);

const collection = fc.constantFrom(['', 'runs'], ['', 'limits'], ['runs/a', 'events']) as fc.Arbitrary<
  [string, string]
>;
const limit = fc.option(fc.constantFrom(1, 2, 300), { nil: undefined });
const NAME = { field: { fieldPath: '__name__' }, direction: 'ASCENDING' };

/** The shapes of our queries: live runs in pages, newest first, events by id, ids alone; the value is any. */
const query = fc
  .record({
    collection,
    where: fc.option(fc.oneof(fc.constant<Value>({ booleanValue: true }), value), { nil: undefined }),
    field: fc.constantFrom('live', 'a'),
    order: fc.constantFrom('name', 'newest', 'oldest', 'none'),
    select: fc.constantFrom(undefined, 'submittedAt', '__name__'),
    limit,
    after: fc.option(fc.tuple(value, fc.constantFrom('runs/a', 'runs/b')), { nil: undefined }),
  })
  .map(({ collection: [parent, collectionId], where, field, order, select, limit: most, after }): Call => {
    const direction = order === 'newest' ? 'DESCENDING' : 'ASCENDING';
    const byTime = { field: { fieldPath: 'submittedAt' }, direction };
    const orderBy = { name: [NAME], newest: [byTime, { ...NAME, direction }], oldest: [byTime], none: [] }[order];
    const position: Value | undefined = after && { referenceValue: nameOf(after[1]) };
    const cursor: (Value | undefined)[] = {
      name: [position],
      newest: [after?.[0], position],
      oldest: [after?.[0]],
      none: [],
    }[order];
    const compiled: StructuredQuery = {
      from: [{ collectionId }],
      ...(where && { where: filterOf(field, where) }),
      ...(orderBy.length > 0 && { orderBy }),
      ...(select && { select: { fields: [{ fieldPath: select }] } }),
      ...(most !== undefined && { limit: { value: most } }),
    };
    const values = cursor.filter((part): part is Value => part !== undefined);
    return { kind: 'query', parent, query: compiled, ...(values.length > 0 && { after: values }) };
  });

/** As Google's library says it: null and NaN are no values to compare with. */
function filterOf(fieldPath: string, operand: Value): StructuredQuery['where'] {
  const field = { fieldPath };
  if (operand.nullValue !== undefined) return { unaryFilter: { field, op: 'IS_NULL' } };
  if (operand.doubleValue === 'NaN') return { unaryFilter: { field, op: 'IS_NAN' } };
  return { fieldFilter: { field, op: 'EQUAL', value: operand } };
}

const call = fc.oneof<{ weight: number; arbitrary: fc.Arbitrary<Call> }[]>(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      writes: fc.uniqueArray(write, { minLength: 1, maxLength: 3, selector: ({ path }) => path }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('get' as const),
      paths: fc.uniqueArray(path, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: query },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('collections' as const),
      parent: fc.constantFrom('', 'runs/a', 'runs/none'),
    }),
  },
);

export const sequence = fc.array(call, { minLength: 1, maxLength: 12, size: 'max' });
