// The value of `-p NAME=VALUE`: what Python calls it, a list or object as JSON writes it, else text.
import { isJson, jsonOfText } from '@mymlops/protocol';
import { jsonOfContainer, jsonOfString, NoJson, WORDS } from './container';
import { jsonOfNumber } from './number';

export interface Value {
  json: string;
  /** It looks like a list or object, and is taken for text. */
  isOddText?: boolean;
}

const STRING = /^"(?:[^"\\]|\\.)*"$/s;
const CONTAINER = /^\s*(?:\[.*\]|\{.*\})\s*$/s;

/** @throws ValueFault for a value that cannot travel */
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
