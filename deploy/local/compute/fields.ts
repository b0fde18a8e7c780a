// Google's limits on names, labels and metadata, and its text for an invalid field.
import * as z from 'zod';
import { HttpError } from '../shared/http';

export const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_METADATA_VALUE_BYTES = 256 * 1024;
const MAX_METADATA_BYTES = 512 * 1024;

const NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

export const resourceName = z.string().regex(NAME, "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'");

const WHOLE = 'Must be a whole number';
/** A 64 bit number: text on the wire; JSON numbers are accepted as well. */
export const int64 = z
  .union([z.number().int(WHOLE).nonnegative(WHOLE), z.string().regex(/^\d+$/, WHOLE)], WHOLE)
  .transform(Number);

export const labels = z
  .record(
    z.string().regex(/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u),
    z
      .string()
      .regex(/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u, 'Label values hold at most 63 of lower-case letters, digits, _ and -'),
    'Label keys begin with a lower-case letter and hold at most 63 of lower-case letters, digits, _ and -',
  )
  .refine((map) => Object.keys(map).length <= 64, 'At most 64 labels');

const metadataItem = z.looseObject({
  key: z.string().regex(/^[a-zA-Z0-9-_]{1,127}$/, "Must be a match of regex '[a-zA-Z0-9-_]{1,127}'"),
  value: z
    .string()
    .refine((value) => Buffer.byteLength(value) <= MAX_METADATA_VALUE_BYTES, 'Value is longer than 262144 bytes')
    .default(''),
});

/** Google's list of items as a map. */
export const metadata = z
  .looseObject({ items: z.array(metadataItem).default([]), fingerprint: z.string().optional() })
  .refine(({ items }) => new Set(items.map(({ key }) => key)).size === items.length, 'Metadata has duplicate keys')
  .refine(({ items }) => metadataBytes(items) <= MAX_METADATA_BYTES, 'Metadata is longer than 524288 bytes')
  .transform(({ items, fingerprint }) => ({
    items: Object.fromEntries(items.map(({ key, value }) => [key, value])),
    fingerprint,
  }));

function metadataBytes(items: readonly { key: string; value: string }[]): number {
  return items.reduce((sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}

export function invalidField(field: string, value: unknown, why: string): HttpError {
  const shown = typeof value === 'object' ? '' : String(value).slice(0, 200);
  return new HttpError(400, 'invalid', `Invalid value for field '${field}': '${shown}'. ${why}`);
}

/** Checks a body. @throws HttpError 400 for the first invalid field, with Google's text. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, root: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], body);
  const field = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    root,
  );
  if (value === undefined) throw new HttpError(400, 'required', `Required field '${field}' not specified`);
  throw invalidField(field, value, issue?.message ?? 'Not valid.');
}

const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The request id of a call, in lower case. @throws HttpError 400 if it is not a UUID, or all zeros. */
export function requestIdOf(url: URL): string | undefined {
  const id = url.searchParams.get('requestId');
  if (id === null || id === '') return undefined;
  if (!REQUEST_ID.test(id) || /^[0-]+$/.test(id)) throw invalidField('requestId', id, 'Must be a valid UUID.');
  return id.toLowerCase();
}
