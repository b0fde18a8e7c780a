// The value of `-p NAME=VALUE`: a Python literal, a JSON list or object, else text.
import { isJson, jsonOfText } from '@mymlops/protocol';
import { jsonOfContainer, jsonOfString, NoJson, WORDS } from './container';
import { jsonOfNumber } from './number';

export interface Value {
  json: string;
  /** It looks like a list or object, but is passed as text. */
  isOddText?: boolean;
}

const STRING = /^"(?:[^"\\]|\\.)*"$/s;
const CONTAINER = /^\s*(?:\[.*\]|\{.*\})\s*$/s;

/** Throws ValueFault for a value that cannot be passed. */
export function readValue(text: string): Value {
  const known = WORDS.get(text) ?? jsonOfNumber(text);
  if (known !== undefined) return { json: known };
  if (STRING.test(text) && isJson(text)) return { json: jsonOfString(text) };
  if (!CONTAINER.test(text)) return { json: jsonOfText(text) };
  try {
    return { json: jsonOfContainer(text) };
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    return { json: jsonOfText(text), isOddText: true };
  }
}
