// Field paths (`a.b`, with backticks around names that need them) and the values at them.
import type { Fields, Value } from './messages';
import { invalidArgument } from './status';

export type FieldPath = readonly string[];

/** Means the document's own name in filters, orders and projections. */
export const DOCUMENT_NAME = '__name__';

/** Throws INVALID_ARGUMENT for text that is not a field path. */
export function parseFieldPath(text: string): FieldPath {
  const segment = /([A-Za-z_][A-Za-z_0-9]*)|`((?:[^`\\]|\\.)+)`/sy;
  const path: string[] = [];
  for (let at = 0; at <= text.length; at = segment.lastIndex + 1) {
    segment.lastIndex = at;
    const found = segment.exec(text);
    const end = text[segment.lastIndex];
    if (!found || (end !== undefined && end !== '.')) throw invalidArgument(`not a field path: ${text}`);
    path.push(found[1] ?? (found[2] ?? '').replace(/\\(.)/gs, '$1'));
  }
  return path;
}

/** The value at `path`, or undefined if there is none. */
export function valueAt(fields: Fields, path: FieldPath): Value | undefined {
  let value: Value | undefined;
  let within: Fields | undefined = fields;
  for (const name of path) {
    if (within === undefined || !Object.hasOwn(within, name)) return undefined;
    value = within[name];
    within = value?.mapValue ? (value.mapValue.fields ?? {}) : undefined;
  }
  return value;
}

/** A copy of `fields` with `value` at `path`, or without it for undefined. Missing maps on the way are created. */
export function withValueAt(fields: Fields, path: FieldPath, value: Value | undefined): Fields {
  const [name, ...rest] = path;
  if (name === undefined) return fields;
  if (rest.length === 0) return value === undefined ? without(fields, name) : { ...fields, [name]: value };
  const inner = valueAt(fields, [name])?.mapValue;
  if (inner === undefined && value === undefined) return fields;
  return { ...fields, [name]: { mapValue: { fields: withValueAt(inner?.fields ?? {}, rest, value) } } };
}

function without(fields: Fields, name: string): Fields {
  const { [name]: _dropped, ...rest } = fields;
  return rest;
}

/** Only the fields at `paths`. */
export function pickFields(fields: Fields, paths: readonly FieldPath[]): Fields {
  return paths.reduce<Fields>((picked, path) => {
    const value = valueAt(fields, path);
    return value === undefined ? picked : withValueAt(picked, path, value);
  }, {});
}
