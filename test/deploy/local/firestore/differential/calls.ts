// Random sequences of exactly the calls that functions and client make, over few documents, so that they meet.
import fc from 'fast-check';
import type { Fields } from '../../../../../deploy/local/firestore/messages';
import { comparison, query, type QueryCall } from './queries';
import { documentFields, fieldName, queriedFields } from './values';

/** Which of the times that were answered for the document so far, counted from the newest; `never` was none of them. */
export type Precondition = { exists: boolean } | { seen: number } | { never: true };

export type WriteCall =
  | { kind: 'set'; path: string; fields: Fields; precondition?: Precondition }
  | { kind: 'update'; path: string; fields: Fields; mask: string[]; precondition?: Precondition }
  | { kind: 'delete'; path: string; precondition?: Precondition };

export type Call =
  | { kind: 'commit'; writes: WriteCall[] }
  | { kind: 'get'; paths: string[] }
  | QueryCall
  | { kind: 'collections'; parent: string };

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

/** Always accepted: else few documents would be there to be queried. */
const filling = fc.tuple(queriedFields, queriedFields, queriedFields).map((all): Call => ({
  kind: 'commit',
  writes: all.map((fields, at) => ({ kind: 'set', path: ['runs/a', 'runs/b', 'runs/ä 1'][at] ?? '', fields })),
}));

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
  { weight: 2, arbitrary: filling },
  { weight: 3, arbitrary: comparison },
  { weight: 5, arbitrary: query },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('collections' as const),
      parent: fc.constantFrom('', 'runs/a', 'runs/none'),
    }),
  },
);

/** Mostly over documents that are there already. */
export const sequence = fc
  .tuple(fc.array(filling, { maxLength: 2 }), fc.array(call, { minLength: 1, maxLength: 12, size: 'max' }))
  .map(([filled, calls]) => [...filled, ...calls]);
