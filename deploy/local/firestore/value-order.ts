// Firestore's order over all values: first by type, then within it. https://firebase.google.com/docs/firestore/manage-data/data-types
import type { Fields, Timestamp, Value } from './messages';
import { comparePaths, compareText } from './text-order';

const KINDS = [
  'nullValue',
  'booleanValue',
  'integerValue', // one kind with doubleValue: number
  'timestampValue',
  'stringValue',
  'bytesValue',
  'referenceValue',
  'geoPointValue',
  'arrayValue',
  'mapValue',
] as const;
export type Kind = (typeof KINDS)[number];

/** The type of a value for orders and filters: integers and doubles are one type. */
export function kindOf(value: Value): Kind {
  if (value.doubleValue !== undefined) return 'integerValue';
  return KINDS.find((kind) => value[kind] !== undefined) ?? 'nullValue';
}

/** Negative, zero or positive, as for Array.sort. Zero where a filter finds them equal: 1 and 1.0, NaN and NaN. */
export function compareValues(left: Value, right: Value): number {
  const kind = kindOf(left);
  const rank = KINDS.indexOf(kind) - KINDS.indexOf(kindOf(right));
  if (rank !== 0) return rank;
  switch (kind) {
    case 'nullValue':
      return 0;
    case 'booleanValue':
      return Number(left.booleanValue) - Number(right.booleanValue);
    case 'integerValue':
      return compareNumbers(numberOf(left), numberOf(right));
    case 'timestampValue':
      return compareTimestamps(left.timestampValue ?? {}, right.timestampValue ?? {});
    case 'stringValue':
      return compareText(left.stringValue ?? '', right.stringValue ?? '');
    case 'bytesValue':
      return Buffer.compare(bytesOf(left), bytesOf(right));
    case 'referenceValue':
      return comparePaths(left.referenceValue ?? '', right.referenceValue ?? '');
    case 'geoPointValue':
      return compareGeoPoints(left.geoPointValue ?? {}, right.geoPointValue ?? {});
    case 'arrayValue':
      return compareArrays(left.arrayValue?.values ?? [], right.arrayValue?.values ?? []);
    default:
      return compareMaps(left.mapValue?.fields ?? {}, right.mapValue?.fields ?? {});
  }
}

/** A whole number that a double cannot hold is returned as bigint; JavaScript compares the two exactly. */
export function numberOf(value: Value): number | bigint {
  if (value.integerValue === undefined) return Number(value.doubleValue);
  return value.integerValue.length < 16 ? Number(value.integerValue) : BigInt(value.integerValue);
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left)); // NaN comes before every number
}

export function compareTimestamps(left: Timestamp, right: Timestamp): number {
  return Number(left.seconds ?? 0) - Number(right.seconds ?? 0) || (left.nanos ?? 0) - (right.nanos ?? 0);
}

const bytesOf = (value: Value): Buffer => Buffer.from(value.bytesValue ?? '', 'base64');

type GeoPoint = NonNullable<Value['geoPointValue']>;

function compareGeoPoints(left: GeoPoint, right: GeoPoint): number {
  return (left.latitude ?? 0) - (right.latitude ?? 0) || (left.longitude ?? 0) - (right.longitude ?? 0);
}

function compareArrays(left: Value[], right: Value[]): number {
  for (const [at, value] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const order = compareValues(value, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareMaps(left: Fields, right: Fields): number {
  const a = Object.entries(left).toSorted(byName);
  const b = Object.entries(right).toSorted(byName);
  for (const [at, [name, value]] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compareText(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const byName = (left: [string, Value], right: [string, Value]): number => compareText(left[0], right[0]);
