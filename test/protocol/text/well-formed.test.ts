// JSON that holds half a character, which no database takes.
import { jsonIn } from '@mymlops/protocol';

test.each([
  ['a text', '"a\\ud83d"', 'a\ufffd'],
  ['the other half, in capitals', '"\\uDE00a"', '\ufffda'],
  ['a whole character', '"\\ud83d\\ude00"', '😀'],
  ['the halves in the wrong order', '"\\ude00\\ud83d"', '\ufffd\ufffd'],
  ['a name', '{"\\ud83d":[1,{"b":null}]}', { '\ufffd': [1, { b: null }] }],
  ['deep in a list', '[[true,"\\udfff"],"x"]', [[true, '\ufffd'], 'x']],
  ['a backslash before the letters', '"\\\\ud83d"', '\\ud83d'],
  ['a text that holds it itself', '"\ud83d"', '\ufffd'],
  ['none', '{"a":"ü😀"}', { a: 'ü😀' }],
])('%s', (_what, json, value) => {
  expect(jsonIn(json)).toStrictEqual({ ok: true, value });
});

test('a name that means something to JavaScript stays a name', () => {
  const parsed = jsonIn('{"__proto__":{"a":"\\ud83d"}}');
  expect(parsed.ok && Object.entries(parsed.value as object)).toEqual([['__proto__', { a: '\ufffd' }]]);
});

test("JSON.parse's own error, which is cut anywhere", () => {
  const errors = [0, 1, 2, 3].map((count) => jsonIn(`{"a": ${'x'.repeat(count)}${'😀'.repeat(50)}`));
  for (const parsed of errors) expect(!parsed.ok && parsed.error.isWellFormed()).toBe(true);
});
