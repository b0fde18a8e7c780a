// Firestore's limits on a document, and how it counts its size. https://firebase.google.com/docs/firestore/quotas
import type { Fields, Timestamp, Value } from './messages';
import { invalidArgument } from './status';

export const MAX_DOCUMENT_BYTES = 1_048_576;
export const MAX_NAME_BYTES = 1500;
/** Levels of fields: the document's own, and 20 nested maps. */
const MAX_DEPTH = 21;

/** Throws INVALID_ARGUMENT where Google does. Values that JSON or Firestore cannot keep get their canonical form, in place. */
export function acceptFields(fields: Fields, depth = 1): void {
  for (const [name, value] of Object.entries(fields)) {
    checkFieldName(name);
    acceptValue(value, depth);
  }
}

/** Throws INVALID_ARGUMENT unless `name` may be the name of a field. */
export function checkFieldName(name: string): void {
  if (name === '') throw invalidArgument('a field name is empty');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw invalidArgument(`a field name is over ${MAX_NAME_BYTES} bytes`);
  if (/^__.*__$/s.test(name) && name !== '__type__') throw invalidArgument(`the field name ${name} is reserved`);
}

function acceptValue(value: Value, depth: number): void {
  if (Object.keys(value).length !== 1) throw invalidArgument('a value has no type');
  if (depth > MAX_DEPTH) throw invalidArgument(`a value is nested deeper than ${MAX_DEPTH - 1} levels`);
  const { timestampValue, geoPointValue, arrayValue, mapValue } = value;
  if (Object.is(value.doubleValue, -0)) value.doubleValue = '-0';
  if (timestampValue) acceptTimestamp(timestampValue);
  if (geoPointValue) value.geoPointValue = acceptGeoPoint({ latitude: 0, longitude: 0, ...geoPointValue });
  if (mapValue) acceptFields((mapValue.fields ??= {}), depth + 1);
  if (!arrayValue) return;
  for (const element of (arrayValue.values ??= [])) {
    if (element.arrayValue) throw invalidArgument('an array directly inside an array is not supported');
    acceptValue(element, depth + 1);
  }
}

/** Throws INVALID_ARGUMENT for values that Google does not compare with. Empty names and nested arrays are allowed here. */
export function checkOperand(value: Value): void {
  const { timestampValue, geoPointValue, arrayValue, mapValue } = value;
  if (Object.keys(value).length !== 1) throw invalidArgument('a value has no type');
  if (timestampValue) acceptTimestamp({ ...timestampValue });
  if (geoPointValue) acceptGeoPoint({ latitude: 0, longitude: 0, ...geoPointValue });
  for (const element of arrayValue?.values ?? []) checkOperand(element);
  for (const [name, inner] of Object.entries(mapValue?.fields ?? {})) {
    if (name !== '') checkFieldName(name);
    checkOperand(inner);
  }
}

function acceptGeoPoint(point: { latitude: number; longitude: number }): typeof point {
  const isOnEarth = Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180;
  if (!isOnEarth) throw invalidArgument('a geo point is outside 90 degrees of latitude or 180 of longitude');
  return point;
}

/** The years 1 to 9999. */
const [MIN_SECONDS, MAX_SECONDS] = [-62_135_596_800, 253_402_300_799];

/** Firestore keeps microseconds and drops anything finer. */
function acceptTimestamp(timestamp: Timestamp): void {
  const seconds = Number(timestamp.seconds ?? 0);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS)
    throw invalidArgument('a timestamp is outside the years 1 to 9999');
  timestamp.seconds ??= '0';
  timestamp.nanos = (timestamp.nanos ?? 0) - ((timestamp.nanos ?? 0) % 1000);
}

const textBytes = (text: string): number => Buffer.byteLength(text) + 1;

const pathBytes = (path: string): number => path.split('/').reduce((sum, segment) => sum + textBytes(segment), 16);

const fieldsBytes = (fields: Fields): number =>
  Object.entries(fields).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);

function valueBytes(value: Value): number {
  if (value.stringValue !== undefined) return textBytes(value.stringValue);
  if (value.bytesValue !== undefined) return Buffer.byteLength(value.bytesValue, 'base64');
  if (value.referenceValue !== undefined) return pathBytes(value.referenceValue.split('/documents/')[1] ?? '');
  if (value.mapValue) return fieldsBytes(value.mapValue.fields ?? {});
  if (value.arrayValue) return (value.arrayValue.values ?? []).reduce((sum, element) => sum + valueBytes(element), 0);
  if (value.geoPointValue) return 16;
  return value.nullValue !== undefined || value.booleanValue !== undefined ? 1 : 8;
}

/** Bytes as Google bills and limits them. `path` is relative to the database. */
export function documentBytes(path: string, fields: Fields): number {
  return pathBytes(path) + fieldsBytes(fields) + 32;
}
