// The order of values: total, and exact for numbers.
import fc from 'fast-check';
import type { Value } from '../../../../deploy/local/firestore/messages';
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

test('numbers of both kinds compare exactly', () => {
  const whole = (n: bigint): Value => ({ integerValue: String(n) });
  expect(compareValues(whole(2n ** 53n + 1n), { doubleValue: 2 ** 53 })).toBeGreaterThan(0);
  expect(compareValues(whole(2n ** 53n), { doubleValue: 2 ** 53 })).toBe(0);
  expect(compareValues(whole(2n ** 53n + 1n), whole(2n ** 53n))).toBeGreaterThan(0);
  expect(compareValues(whole(0n), { doubleValue: '-0' })).toBe(0);
});
