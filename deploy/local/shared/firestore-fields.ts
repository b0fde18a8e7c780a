// Plain data as Firestore's API has it, each value with its type.

export type Plain = string | number | boolean | readonly Plain[] | PlainObject | undefined;
export interface PlainObject {
  readonly [name: string]: Plain;
}

type Value =
  | { stringValue: string }
  | { integerValue: string }
  | { booleanValue: boolean }
  | { arrayValue: { values: Value[] } }
  | { mapValue: { fields: Record<string, Value> } };

/** Leaves out undefined values. Numbers must be whole. */
export function toFields(object: PlainObject): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, toValue(value)]])),
  );
}

function toValue(value: Exclude<Plain, undefined>): Value {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { integerValue: String(value) };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (isList(value))
    return { arrayValue: { values: value.flatMap((item) => (item === undefined ? [] : toValue(item))) } };
  return { mapValue: { fields: toFields(value) } };
}

const isList = (value: readonly Plain[] | PlainObject): value is readonly Plain[] => Array.isArray(value);
