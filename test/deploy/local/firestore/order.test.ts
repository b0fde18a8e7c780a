import fc from 'fast-check';
import { parseFieldPath, valueAt, withValueAt } from '../../../../deploy/local/firestore/field-path';
import type { Value } from '../../../../deploy/local/firestore/messages';
import { compareText } from '../../../../deploy/local/firestore/text-order';
import { compareValues } from '../../../../deploy/local/firestore/value-order';

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant<Value>({ nullValue: 'NULL_VALUE' }),
  fc.boolean().map((booleanValue): Value => ({ booleanValue })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n): Value => ({ integerValue: String(n) })),
  fc.integer({ min: -3, max: 3 }).map((n): Value => ({ integerValue: String(n) })),
  fc.constantFrom<Value>({ doubleValue: 'NaN' }, { doubleValue: '-0' }, { doubleValue: 2 ** 53 }, { doubleValue: 0.5 }),
  fc.string({ unit: 'binary', maxLength: 3 }).map((stringValue): Value => ({ stringValue })),
  fc.uint8Array({ maxLength: 2 }).map((bytes): Value => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
  fc.nat(2).map((nanos): Value => ({ timestampValue: { seconds: '1', nanos } })),
);
const value: fc.Arbitrary<Value> = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }).map((values): Value => ({ arrayValue: { values } })),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'é'), tie('any'), { maxKeys: 3 })
      .map((fields): Value => ({ mapValue: { fields } })),
  ),
})).any;

test('values have a total order', () => {
  const sign = (order: number): number => Math.sign(order);
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      expect(compareValues(a, a)).toBe(0);
      expect(sign(compareValues(a, b))).toBe(0 - sign(compareValues(b, a)));
      const [low, middle, high] = [a, b, c].toSorted(compareValues);
      if (low && middle && high) expect(compareValues(low, high)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test('texts are in the order of their UTF-8 bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\u0000', 'é', '\ud7ff', '\ue000', '\uffee', '😀', '😁', '𐀀'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
});

test('numbers of both kinds compare exactly', () => {
  const whole = (n: bigint): Value => ({ integerValue: String(n) });
  expect(compareValues(whole(2n ** 53n + 1n), { doubleValue: 2 ** 53 })).toBeGreaterThan(0);
  expect(compareValues(whole(2n ** 53n), { doubleValue: 2 ** 53 })).toBe(0);
  expect(compareValues(whole(2n ** 53n + 1n), whole(2n ** 53n))).toBeGreaterThan(0);
  expect(compareValues(whole(0n), { doubleValue: '-0' })).toBe(0);
});

test.each([
  ['a', ['a']],
  ['a.b_1.C', ['a', 'b_1', 'C']],
  ['`a.b`.c', ['a.b', 'c']],
  ['a.`we\\`ird\\\\x`', ['a', 'we`ird\\x']],
  ['`1`', ['1']],
])('field path %s', (text, path) => expect(parseFieldPath(text)).toEqual(path));

test.each(['', '.', 'a.', '.a', 'a..b', '1a', 'a-b', '`a', 'a`', '``', '`a`b', 'a b'])('no field path: %p', (text) => {
  expect(() => parseFieldPath(text)).toThrow('not a field path');
});

test('a value that was put at a path is there, and nothing else has changed', () => {
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
