// Refusals of messages: each bad field with its path, in one line.
import { parseJson, parseLoosely, parseWith } from '@mymlops/protocol';
import * as z from 'zod/mini';

const schema = z.strictObject({ v: z.literal(1), inner: z.strictObject({ n: z.int() }) });

test('a good value', () => {
  expect(parseWith(schema, { v: 1, inner: { n: 2 } })).toEqual({ ok: true, value: { v: 1, inner: { n: 2 } } });
  expect(parseJson(schema, '{"v":1,"inner":{"n":2}}')).toEqual({ ok: true, value: { v: 1, inner: { n: 2 } } });
});

test('every bad field is named', () => {
  const parsed = parseWith(schema, { v: 2, inner: { n: 'x' } });
  expect(parsed.ok ? '' : parsed.error).toMatch(/^v: Invalid .*; inner\.n: Invalid /);
});

test('the message itself is named if it is not an object', () => {
  const parsed = parseWith(schema, 'x');
  expect(parsed.ok ? '' : parsed.error).toMatch(/^message: Invalid /);
});

test('text that is not JSON', () => {
  const parsed = parseJson(schema, '{"v":');
  expect(parsed.ok ? '' : parsed.error).toMatch(/^not JSON: /);
});

describe('from an agent of another version', () => {
  const inner = z.pipe(
    z.strictObject({ n: z.int() }),
    z.transform(({ n }) => ({ m: n })),
  );
  const either = z.union([z.strictObject({ done: z.string() }), z.strictObject({ why: z.string() })]);
  const message = z.strictObject({ list: z.array(inner), state: z.optional(either) });

  test.each<[string, object, object]>([
    ['what is known is read as ever', { list: [{ n: 1 }] }, { list: [{ m: 1 }] }],
    [
      'fields that nobody knows are left out',
      { list: [{ n: 1, x: 1 }, { n: 2 }], y: {} },
      { list: [{ m: 1 }, { m: 2 }] },
    ],
    ['in the form that fits', { list: [], state: { why: 'a', x: 1 } }, { list: [], state: { why: 'a' } }],
  ])('%s', (_what, value, expected) => {
    const before = structuredClone(value);
    expect(parseLoosely(message, value)).toEqual({ ok: true, value: expected });
    expect(value).toEqual(before);
  });

  test.each<[string, unknown]>([
    ['a field that is missing', { list: [{ x: 1 }] }],
    ['a field of another type', { list: [{ n: 'one', x: 1 }] }],
    ['no form that fits', { list: [], state: { x: 1 } }],
    ['no object', 'x'],
  ])('%s is an error', (_what, value) => {
    expect(parseLoosely(message, value).ok).toBe(false);
  });
});
