// Google's limits on names, labels, metadata and request ids.
import { int64, labels, metadata, parseBody, requestIdOf, resourceName } from '../../../../deploy/local/compute/fields';

const refusal = (check: () => unknown): string => {
  try {
    check();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};
const items = (...pairs: [string, string][]) => ({ items: pairs.map(([key, value]) => ({ key, value })) });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, '']));

test.each(['a', 'a-b', `a${'1'.repeat(62)}`])('%s is a name', (name) => {
  expect(parseBody(resourceName, name, 'name')).toBe(name);
});

test.each(['', 'A', '1a', 'a-', 'a_b', `a${'1'.repeat(63)}`])('%j is not a name', (name) => {
  expect(refusal(() => parseBody(resourceName, name, 'name'))).toContain(`Invalid value for field 'name': '${name}'.`);
});

test.each<[string, unknown]>([
  ['an empty value', { a: '' }],
  ['64 of them', many(64)],
  ['other alphabets', { é: 'ü' }],
])('labels: %s', (_what, value) => {
  expect(parseBody(labels, value, 'labels')).toEqual(value);
});

test.each<[string, unknown, string]>([
  ['65 of them', many(65), 'At most 64 labels'],
  ['an upper-case value', { a: 'B' }, 'Label values'],
  ['an upper-case key', { A: 'b' }, 'Label keys'],
  ['a long value', { a: 'b'.repeat(64) }, 'Label values'],
])('labels are refused: %s', (_what, value, message) => {
  expect(refusal(() => parseBody(labels, value, 'labels'))).toContain(message);
});

test('metadata becomes a map', () => {
  expect(parseBody(metadata, { ...items(['a', '1']), fingerprint: 'f' }, 'm')).toEqual({
    items: { a: '1' },
    fingerprint: 'f',
  });
  expect(parseBody(metadata, {}, 'm')).toEqual({ items: {}, fingerprint: undefined });
});

test.each<[string, unknown, string]>([
  ['a key twice', items(['a', '1'], ['a', '2']), 'duplicate keys'],
  ['a value over 256 KiB', items(['a', 'x'.repeat(262_145)]), 'longer than 262144 bytes'],
  ['over 512 KiB together', items(['a', 'x'.repeat(262_144)], ['b', 'x'.repeat(262_143)]), 'longer than 524288 bytes'],
  ['a key with a space', items(['a b', '1']), "field 'm.items[0].key': 'a b'"],
])('metadata is refused: %s', (_what, value, message) => {
  expect(refusal(() => parseBody(metadata, value, 'm'))).toContain(message);
});

test('a missing field is named', () => {
  expect(refusal(() => parseBody(metadata, { items: [{}] }, 'm'))).toBe(
    "Required field 'm.items[0].key' not specified",
  );
});

test.each([
  ['12', 12],
  [12, 12],
])('%j is the number %i', (value, number) => {
  expect(parseBody(int64, value, 'n')).toBe(number);
});

test.each(['', '-1', '1.5', -1, 1.5, true])('%j is not a whole number', (value) => {
  expect(refusal(() => parseBody(int64, value, 'n'))).toContain('Must be a whole number');
});

const requestId = (id: string) => requestIdOf(new URL(`http://x/?requestId=${id}`));

test.each([
  ['', undefined],
  ['3F957EA9-d461-5e73-8a18-00abf3c315ff', '3f957ea9-d461-5e73-8a18-00abf3c315ff'],
])('request id %j: %s', (id, expected) => {
  expect(requestId(id)).toBe(expected);
});

test.each(['x', '00000000-0000-0000-0000-000000000000', '3f957ea9d4615e738a1800abf3c315ff'])(
  '%s is not a request id',
  (id) => {
    expect(refusal(() => requestId(id))).toContain('Must be a valid UUID');
  },
);
