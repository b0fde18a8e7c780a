// Values of all types, at their edges and beyond, as fields of documents.
import fc from 'fast-check';
import type { Fields, Value } from '../../../../../deploy/local/firestore/messages';

/** Simple names mostly, so that calls meet; a few that need quoting, and a few that are refused. */
export const fieldName = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'live', 'submittedAt') },
  { weight: 2, arbitrary: fc.constantFrom('odd name', 'dot.ted', 'back`tick', '1st', 'ünïcode', '__half') },
  { weight: 1, arbitrary: fc.constantFrom('', '__x__', '__name__') },
);

const integer = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(String),
  fc.constantFrom('9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993'),
);
const double = fc.oneof(
  fc.constantFrom(0, -1, 1, 1.5, 2 ** 53, -(2 ** 63), 5e-324, 1e308),
  fc.constantFrom('NaN' as const, 'Infinity' as const, '-Infinity' as const, '-0' as const),
);
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ä', '\uffff', '😀', 'a\u0000', '2026-01-01T00:00:00.000Z'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const bytes = fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array).toString('base64'));
const timestamp = fc.record({
  seconds: fc.constantFrom('0', '1', '-1', '1767225600', '-62135596800', '253402300799'),
  nanos: fc.constantFrom(0, 1, 999, 1000, 1999, 999_999_999),
});
const geoPoint = fc.record({
  latitude: fc.constantFrom(0, 1, -90, 90, 1.5),
  longitude: fc.constantFrom(0, 1, -180, 180),
});
const reference = fc
  .constantFrom('runs/a', 'runs/b', 'runs/a/events/1', 'limits/a')
  .map((path) => `projects/local/databases/d/documents/${path}`);

/** What both servers refuse. */
const broken = fc.constantFrom<Value>(
  {},
  { geoPointValue: { latitude: 91, longitude: 0 } },
  { timestampValue: { seconds: '253402300800', nanos: 0 } },
  { arrayValue: { values: [{ arrayValue: { values: [] } }] } },
);

export const { value, fields } = fc.letrec<{ value: Value; fields: Fields }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom<Value>({ nullValue: 'NULL_VALUE' }, { booleanValue: true }) },
    { weight: 1, arbitrary: fc.constant<Value>({ booleanValue: false }) },
    { weight: 3, arbitrary: integer.map((integerValue) => ({ integerValue })) },
    { weight: 3, arbitrary: double.map((doubleValue) => ({ doubleValue })) },
    { weight: 3, arbitrary: text.map((stringValue) => ({ stringValue })) },
    { weight: 2, arbitrary: bytes.map((bytesValue) => ({ bytesValue })) },
    { weight: 2, arbitrary: timestamp.map((timestampValue) => ({ timestampValue })) },
    { weight: 2, arbitrary: geoPoint.map((geoPointValue) => ({ geoPointValue })) },
    { weight: 2, arbitrary: reference.map((referenceValue) => ({ referenceValue })) },
    {
      weight: 2,
      arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((values) => ({
        arrayValue: { values: values.filter(({ arrayValue }) => arrayValue === undefined) },
      })),
    },
    { weight: 2, arbitrary: tie('fields').map((inner) => ({ mapValue: { fields: inner } })) },
  ),
  fields: fc.dictionary(fieldName, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<Fields>,
}));

/** Few and of many types: documents and queries meet in them, also where the types differ. */
const common = fc.constantFrom<Value>(
  { stringValue: '2026-01-01T00:00:00.000Z' },
  { stringValue: '2026-01-01T00:01:00.000Z' },
  { stringValue: '2026-01-01T00:02:00.000Z' },
  { integerValue: '1' },
  { doubleValue: 1 },
  { doubleValue: 1.5 },
  { doubleValue: 'NaN' },
  { nullValue: 'NULL_VALUE' },
  { booleanValue: true },
  { timestampValue: { seconds: '1767225600', nanos: 0 } },
);

/** What a query compares with, or goes on from: of ten, one is refused. */
export const operand = fc.oneof(
  { weight: 12, arbitrary: common },
  { weight: 6, arbitrary: value },
  { weight: 2, arbitrary: broken },
);

/** Fields of a document: of twenty, one is refused. */
export const documentFields = fc.oneof(
  { weight: 19, arbitrary: fields },
  { weight: 1, arbitrary: broken.map((value): Fields => ({ a: value })) },
);

/** The fields that queries are about, with values that they compare with. */
export const queriedFields = fc.record<Fields>(
  { a: common, live: common, submittedAt: common },
  { requiredKeys: ['a'] },
);
