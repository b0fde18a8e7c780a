// docs/what-is-sent.md: "Recorded with a run" names everything that a commit sends beside the snapshot.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitRequest } from '@mymlops/protocol';
import { localRunEnvironment } from '../../client/src/local/environment';

const text = readFileSync(join(__dirname, '../../docs/what-is-sent.md'), 'utf8');
const page = /^## Recorded with a run$([^]*)/m.exec(text)?.[1] ?? '';
const quoted = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, word = '']) => word);
const rows = Array.from(page.matchAll(/^\| (`.*) \| (.*) \|$/gm), ([, fields = '', what = '']) => ({
  fields: quoted(fields),
  what: quoted(what),
}));

interface Schema {
  shape?: Record<string, Schema>;
  /** What is optional, has a default, or is in a list. */
  unwrap?: () => Schema;
}

/** Keys of the mapping that `schema` is, and of those in it. */
function keysOf({ shape, unwrap }: Schema): string[] {
  if (!shape) return unwrap ? keysOf(unwrap()) : [];
  return Object.entries(shape).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

const shape = commitRequest.shape as unknown as Record<string, Schema>;

test('every field of a commit is in the table, and no other', () => {
  expect(rows.flatMap(({ fields }) => fields).toSorted()).toEqual(Object.keys(shape).toSorted());
});

test.each(Object.keys(shape).filter((field) => keysOf(shape[field] ?? {}).length > 0))(
  'what %s consists of is in its line',
  (field) => {
    const line = rows.find(({ fields }) => fields.includes(field));
    expect(line?.what).toEqual(expect.arrayContaining(keysOf(shape[field] ?? {})));
  },
);

test("every variable of the shell that a local run is given is in environment's line", () => {
  const everything = new Proxy({}, { get: (_target, name) => `/${String(name)}` });
  const line = rows.find(({ fields }) => fields.includes('environment'));
  expect(line?.what.toSorted()).toEqual(Object.keys(localRunEnvironment(everything)).toSorted());
});
