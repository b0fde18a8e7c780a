// Closed lists as data: what a bundle keeps of a document, and the only form in which it keeps it. All that is not named is left
// out, and so is a named value of any other form: a free text never has one of these forms.

export type Json = string | number | boolean | Json[] | { [name: string]: Json };

/** The value, if it has the form; else undefined, and it is left out. Never throws. */
export type Keep = (value: unknown) => Json | undefined;

/** `names` and nothing else, each in its own form. Undefined if nothing is left. */
export const fields =
  (names: Readonly<Record<string, Keep>>): Keep =>
  (value) => {
    const given = membersOf(value);
    const kept = Object.entries(names).flatMap(([name, keep]) => keptAs(name, keep(given[name])));
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };

/** A map whose keys have a form, too. */
export const mapOf =
  (isKey: (key: string) => boolean, keep: Keep): Keep =>
  (value) => {
    const kept = Object.entries(membersOf(value)).flatMap(([key, one]) => (isKey(key) ? keptAs(key, keep(one)) : []));
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };

/** The first `most` items. */
export const listOf =
  (keep: Keep, most: number): Keep =>
  (value) =>
    Array.isArray(value) ? value.slice(0, most).flatMap((one) => keep(one) ?? []) : undefined;

/** The values of a map, without its keys; `inKey` reads what a key says of its value. */
export const valuesOf =
  (keep: Keep, most: number, inKey: (key: string) => object): Keep =>
  (value) => {
    const values = Object.entries(membersOf(value)).map(([key, one]) => ({ ...membersOf(one), ...inKey(key) }));
    const kept = listOf(keep, most)(values);
    return Array.isArray(kept) && kept.length > 0 ? kept : undefined;
  };

export const oneOf =
  (words: readonly string[]): Keep =>
  (value) =>
    words.find((word) => word === value);

const matching =
  (form: RegExp): Keep =>
  (value) =>
    typeof value === 'string' && form.test(value) ? value : undefined;

/** ISO 8601 in UTC. */
export const time = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
/** A name as Compute Engine takes it: of a VM, a zone, a machine type, an accelerator. `-`: none was chosen. */
export const cloudName = matching(/^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|-)$/);
/**
 * Compute Engine's own codes: those of operations, such as ZONE_RESOURCE_POOL_EXHAUSTED, and those of calls, by name: their form is
 * that of a word that a user may write.
 */
export const code: Keep = (value) => codeOfOperation(value) ?? codeOfCall(value);

const codeOfOperation = matching(/^[A-Z][A-Z0-9_]{0,80}$/);
const codeOfCall = oneOf([
  ...[
    'alreadyExists',
    'backendError',
    'badRequest',
    'conditionNotMet',
    'forbidden',
    'internalError',
    'invalid',
    'notFound',
  ],
  ...['quotaExceeded', 'rateLimitExceeded', 'required', 'resourceInUseByAnotherResource', 'resourceNotReady'],
]);
export const version = matching(/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[a-z0-9.]{1,20})?$/);

export const count: Keep = (value) =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e12 ? value : undefined;
export const flag: Keep = (value) => (typeof value === 'boolean' ? value : undefined);

export const isNumber = (key: string): boolean => /^\d{1,6}$/.test(key);

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const keptAs = (name: string, kept: Json | undefined): [string, Json][] => (kept === undefined ? [] : [[name, kept]]);
