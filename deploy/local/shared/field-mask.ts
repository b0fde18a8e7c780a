// Partial answers: only the fields that a call asks for, in Google's notation `items/*/disks(id,labels),nextPageToken`
// (https://cloud.google.com/compute/docs/api/how-tos/performance). Cloud Storage's is the same.
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './http';

/** Fields by name, `*` for any; undefined: all of the value. */
interface Mask {
  [field: string]: Mask | undefined;
}

const TOKEN = /\s*([A-Za-z0-9_$-]+|[*/.,()])/y;

/** The fields that a call names; undefined: all. @throws HttpError 400 when they cannot be parsed. */
export function askedFields(headers: IncomingHttpHeaders, url: URL): Mask | undefined {
  const header = headers['x-goog-fieldmask'];
  const text = url.searchParams.get('$fields') ?? url.searchParams.get('fields') ?? String(header ?? '');
  return text.trim() === '' || text.trim() === '*' ? undefined : parseMask(text);
}

/** @throws HttpError 400 when `text` cannot be parsed. */
export function parseMask(text: string): Mask {
  const tokens = tokensOf(text);
  const taken = (token: string): boolean => tokens[0] === token && tokens.shift() !== undefined;
  const list = (): Mask => {
    let mask = path();
    while (taken(',')) mask = both(mask, path()) ?? mask;
    return mask;
  };
  const path = (): Mask => {
    const name = tokens.shift() ?? '';
    if (!/^[\w$*-]/.test(name)) throw badMask(text);
    if (taken('/') || taken('.')) return { [name]: path() };
    if (!taken('(')) return { [name]: undefined };
    const inner = list();
    if (!taken(')')) throw badMask(text);
    return { [name]: inner };
  };
  const mask = list();
  if (tokens.length > 0) throw badMask(text);
  return mask;
}

/** Merges two masks; where one names all of a field, so does the result. */
function both(one: Mask | undefined, other: Mask | undefined): Mask | undefined {
  if (!one || !other) return undefined;
  const merged: Mask = { ...one };
  for (const [name, inner] of Object.entries(other)) {
    merged[name] = Object.hasOwn(one, name) ? both(one[name], inner) : inner;
  }
  return merged;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match?.[1]) throw badMask(text);
    tokens.push(match[1]);
  }
  return tokens;
}

/** The part of `value` that the mask names; in a list, of each item. */
export function onlyFields(value: unknown, mask: Mask | undefined): unknown {
  if (!mask || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => onlyFields(item, mask));
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const [field] = [name, '*'].filter((known) => Object.hasOwn(mask, known));
    if (field !== undefined) kept[name] = onlyFields(inner, mask[field]);
  }
  return kept;
}

const badMask = (text: string): HttpError => new HttpError(400, 'invalidParameter', `Invalid field selection ${text}`);
