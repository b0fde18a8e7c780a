// How a message from outside becomes data: one place, so that every part words its refusals alike.
import * as z from 'zod/mini';
import { en } from 'zod/locales';
import { mayHoldHalves, withoutHalves } from './text/well-formed';

export type Schema<T> = z.core.$ZodType<T>;

/** Zod's small form has no texts of its own. */
export const inEnglish: z.core.$ZodErrorMap = (issue) => en().localeError(issue);

export type Parsed<T> = { ok: true; value: T } | { ok: false; error: string };

/** Checks `value` against `schema`. The error names every bad field with its path. */
export function parseWith<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const result = z.safeParse(schema, value, { error: inEnglish });
  if (result.success) return { ok: true, value: result.data };
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`);
  return { ok: false, error: issues.join('; ') };
}

/** As `parseWith`, for a value of a later version: fields of its own that `schema` does not have are left out. */
export function parseFromNewer<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const result = z.safeParse(schema, value, { error: inEnglish });
  if (result.success) return { ok: true, value: result.data };
  const unknown = new Set(
    result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
    ),
  );
  const known = Object.entries(value as object).filter(([name]) => !unknown.has(name));
  return parseWith(schema, unknown.size > 0 ? Object.fromEntries(known) : value);
}

/**
 * As `parseWith`, for what our own agent says, which may be newer than the reader: fields that `schema` does not have are left
 * out, at any depth. A value that it does not have is an error.
 */
export function parseLoosely<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const result = z.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.data };
  const known = structuredClone(value);
  for (const { keys, path } of unknownIn(result.error.issues)) {
    const holder = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], known);
    for (const key of keys) delete (holder as Record<string, unknown>)[key];
  }
  return parseWith(schema, known);
}

interface UnknownFields {
  keys: string[];
  path: PropertyKey[];
}

/** Where a field may have one of several forms, it has the one of which nothing is missing. */
function unknownIn(issues: readonly z.core.$ZodIssue[], above: PropertyKey[] = []): UnknownFields[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code === 'unrecognized_keys') return [{ keys: issue.keys, path }];
    if (issue.code !== 'invalid_union') return [];
    const fitting = issue.errors.find((errors) => errors.every(({ code }) => code === 'unrecognized_keys'));
    return unknownIn(fitting ?? [], path);
  });
}

/** Checks JSON text against `schema`. */
export function parseJson<T>(schema: Schema<T>, text: string): Parsed<T> {
  const json = jsonIn(text);
  return json.ok ? parseWith(schema, json.value) : json;
}

/** JSON text as a value of any form, without halves of characters: what is read is kept in a database, and so are errors. */
export function jsonIn(text: string): Parsed<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value: mayHoldHalves(text) ? withoutHalves(value) : value };
  } catch (error) {
    return { ok: false, error: `not JSON: ${(error as Error).message.toWellFormed()}` };
  }
}
