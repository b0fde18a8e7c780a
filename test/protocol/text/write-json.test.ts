// JSON as JSON.stringify writes it, with some values as the texts that they are.
import fc from 'fast-check';
import { writeJson } from '@mymlops/protocol';

test('as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '    '), (value, indent) => {
      expect(writeJson(value, { indent })).toBe(JSON.stringify(value, null, indent));
    }),
  );
});

test.each([
  ['undefined', undefined, 'null'],
  ['a member that is undefined', { a: undefined, b: 1 }, '{"b":1}'],
  ['an item that is undefined', [undefined], '[null]'],
  ['a value that knows its own form', new Date(0), '"1970-01-01T00:00:00.000Z"'],
])('%s', (_what, value, text) => {
  expect(writeJson(value, {})).toBe(text);
});

test('the members of a marked object are JSON already, and keep the spelling of a number', () => {
  const params = { lr: '1e-05', big: '12345678901234567890', name: '"x"' };
  expect(writeJson({ params, lr: '1e-05' }, { texts: new Set([params]) })).toBe(
    '{"params":{"lr":1e-05,"big":12345678901234567890,"name":"x"},"lr":"1e-05"}',
  );
  expect(writeJson({ params: { ...params } }, { texts: new Set([params]) })).toContain('"lr":"1e-05"');
});
