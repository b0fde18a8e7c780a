// Field paths, and the values at them.
import fc from 'fast-check';
import { parseFieldPath, pickFields, valueAt, withValueAt } from '../../../../deploy/local/firestore/field-path';

test.each([
  ['a', ['a']],
  ['a.b_1.C', ['a', 'b_1', 'C']],
  ['`a.b`.c', ['a.b', 'c']],
  ['a.`we\\`ird\\\\x`', ['a', 'we`ird\\x']],
  ['`1`', ['1']],
])('field path %s', (text, path) => expect(parseFieldPath(text)).toEqual(path));

test.each(['', '.', 'a.', '.a', 'a..b', '1a', 'a-b', '`a', 'a`', '``', '`a`b', 'a b'])(
  '%p is not a field path',
  (text) => {
    expect(() => parseFieldPath(text)).toThrow('not a field path');
  },
);

test('a value set at a path can be read, and nothing else has changed', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'constructor'), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(path, path, (at, other) => {
      const before = { a: { mapValue: { fields: { b: { integerValue: '1' } } } }, b: { integerValue: '2' } };
      const snapshot = structuredClone(before);
      const after = withValueAt(before, at, { stringValue: 'new' });
      expect(valueAt(after, at)).toEqual({ stringValue: 'new' });
      expect(before).toEqual(snapshot);
      if (at[0] !== other[0]) expect(valueAt(after, other)).toEqual(valueAt(before, other));
      expect(valueAt(withValueAt(after, at, undefined), at)).toBeUndefined();
    }),
  );
});

test('only the fields at the paths are picked; a path without a value adds nothing', () => {
  const fields = { a: { mapValue: { fields: { b: { integerValue: '1' }, c: { integerValue: '2' } } } } };
  expect(pickFields(fields, [['a', 'b'], ['x']])).toEqual({
    a: { mapValue: { fields: { b: { integerValue: '1' } } } },
  });
});
