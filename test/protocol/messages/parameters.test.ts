import {
  commitRequest,
  inTodaysForm,
  jsonOfText,
  parametersJson,
  parametersOf,
  parseWith,
  writeJson,
} from '@mymlops/protocol';
import fc from 'fast-check';
import { aCommit, aCommitOfBefore } from '../../fakes/builders';

test('the file with the parameters keeps how a number was spelled', () => {
  const params = { share: '1.0', rate: '1000.0', zero: '-0.0', seed: '12345678901234567890', note: '"a\\u0085"' };
  expect(parametersJson(params)).toBe(
    '{"share":1.0,"rate":1000.0,"zero":-0.0,"seed":12345678901234567890,"note":"a\\u0085"}',
  );
  expect(parametersJson({})).toBe('{}');
});

// A number, truth value or null, and a text as it is: one that looks like JSON too.
const BEFORE = {
  lr: 0.1,
  name: 'adam "x"',
  version: '"5"',
  rate: '0.5',
  off: 'false',
  on: true,
  none: null,
  constructor: 1,
};
const TODAY = {
  lr: '0.1',
  name: '"adam \\"x\\""',
  version: '"\\"5\\""',
  rate: '"0.5"',
  off: '"false"',
  on: 'true',
  none: 'null',
  constructor: '1',
};

test('a run that was recorded when parameters were plain values can be read: a text in it is a text', () => {
  expect(parametersOf(aCommitOfBefore(BEFORE))).toEqual(TODAY);
  expect(parametersJson(TODAY)).toBe(JSON.stringify(BEFORE));
  expect(parametersOf(aCommit({ parameters: { lr: '1.0' } }))).toEqual({ lr: '1.0' });
  expect(parametersOf(undefined)).toEqual({});
});

test('the values of an earlier client are accepted, in the form of today', () => {
  expect(parseWith(commitRequest, inTodaysForm(aCommitOfBefore(BEFORE)))).toEqual({
    ok: true,
    value: aCommit({ parameters: TODAY }),
  });
});

test.each<[string, object]>([
  ['JSON texts in the field of the earlier form, beside those of today', { ...aCommit(), params: { lr: 0.5 } }],
  ['what the earlier form had not: a list', aCommitOfBefore({ list: [1] })],
])('refused: %s', (_name, message) => {
  expect(parseWith(commitRequest, inTodaysForm(message)).ok).toBe(false);
});

test('functions of an earlier build took JSON texts for texts: what they know, the name `params`, is in no commit of today', () => {
  expect(parseWith(commitRequest, aCommitOfBefore({ lr: '0.5' })).ok).toBe(false);
  expect(Object.keys(commitRequest.shape)).not.toContain('params');
});

test.each([
  ['a text that is no JSON', { x: 'abc' }],
  ['a value', { x: 1 }],
  ['an object that would end its neighbour', { x: '1,"y":2' }],
])('a request with %s for a parameter is refused', (_name, parameters) => {
  expect(parseWith(commitRequest, aCommit({ parameters: parameters as never })).ok).toBe(false);
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
