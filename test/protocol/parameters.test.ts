import { commitRequest, jsonOfText, parametersJson, parametersOf, parseWith, writeJson } from '@mymlops/protocol';
import fc from 'fast-check';
import { aCommit } from '../fakes/builders';

test('the file with the parameters keeps how a number was spelled', () => {
  const params = { share: '1.0', rate: '1000.0', zero: '-0.0', seed: '12345678901234567890', note: '"a\\u0085"' };
  expect(parametersJson(params)).toBe(
    '{"share":1.0,"rate":1000.0,"zero":-0.0,"seed":12345678901234567890,"note":"a\\u0085"}',
  );
  expect(parametersJson({})).toBe('{}');
});

test('a run that was recorded when parameters were plain values can be read', () => {
  const old = { lr: 0.1, name: 'adam "x"', on: true, none: null, constructor: 1 };
  expect(parametersOf(old)).toEqual({
    lr: '0.1',
    name: '"adam \\"x\\""',
    on: 'true',
    none: 'null',
    constructor: '1',
  });
  expect(parametersJson(old)).toBe('{"lr":0.1,"name":"adam \\"x\\"","on":true,"none":null,"constructor":1}');
  expect(parametersOf(undefined)).toEqual({});
});

test.each([
  ['a text that is no JSON', { x: 'abc' }],
  ['a value', { x: 1 }],
  ['an object that would end its neighbour', { x: '1,"y":2' }],
])('a request with %s for a parameter is refused', (_name, params) => {
  expect(parseWith(commitRequest, aCommit({ params: params as never })).ok).toBe(false);
});

test('JSON is written as JSON.stringify does it, on one line and indented', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', '  ', '    '), (value, indent) => {
      expect(writeJson(value, { indent })).toBe(JSON.stringify(value, null, indent));
    }),
  );
  const odd = { gone: undefined, list: [undefined, () => 1], at: new Date(0), nan: NaN, ['__proto__']: 1 };
  expect(writeJson(odd, { indent: '  ' })).toBe(JSON.stringify(odd, null, 2));
});

test('members of an object of JSON texts stay as they are written, wherever it is', () => {
  const params = { a: '1.0', b: '[1, 2]' };
  expect(writeJson([{ params, also: { a: '1.0' } }], { texts: new Set([params]) })).toBe(
    '[{"params":{"a":1.0,"b":[1, 2]},"also":{"a":"1.0"}}]',
  );
});

test('a text is a JSON string without what YAML takes for a line break or refuses', () => {
  expect(jsonOfText('é😀\n\u2028\u0085\u007f\ufeff"\\')).toBe('"é😀\\n\\u2028\\u0085\\u007f\\ufeff\\"\\\\"');
});
