// Refusals of messages: each bad field with its path, in one line.
import { parseJson, parseWith } from '@mymlops/protocol';
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
