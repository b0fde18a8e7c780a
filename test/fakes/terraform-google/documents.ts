// Fields of Firestore documents as JSON: the order that the provider brings them in, and the form in which Firestore answers.
import { isObject, type Value } from './values';

/** As Go writes JSON: keys in order, without spaces, and with <, > and & escaped. */
export function canonicalJson(value: Value): string {
  return JSON.stringify(sortKeys(value)).replaceAll(
    /[<>&]/g,
    (letter) => `\\u${letter.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}

function sortKeys(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/**
 * Firestore answers integers as strings, and leaves out what is empty in a map or an array. Without such a form in the
 * configuration, each plan shows a difference.
 *
 * https://cloud.google.com/firestore/docs/reference/rest/v1/Value
 */
export function asFirestoreAnswers(value: Value): Value {
  if (Array.isArray(value)) return value.map(asFirestoreAnswers);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'integerValue') return [key, String(inner)];
      if (key === 'mapValue' && isObject(inner) && isEmpty(inner.fields)) return [key, {}];
      if (key === 'arrayValue' && isObject(inner) && isEmpty(inner.values)) return [key, {}];
      return [key, asFirestoreAnswers(inner)];
    }),
  );
}

function isEmpty(value: Value | undefined): boolean {
  return isObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0;
}
