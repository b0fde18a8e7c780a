// A run's parameters: name -> JSON text of the value. Python tells 1.0 from 1 and holds integers of any length, and both are
// lost in a JavaScript number: so no part of mymlops turns the texts into values.
import * as z from 'zod/mini';
import { writeJson } from '../text/write-json';

export type Parameters = Record<string, string>;

/** The sign that parameters reached a notebook: its injected cell, or that their file was read. */
export type ParametersUse = 'injected' | 'read' | 'unknown';

export const parameters: z.ZodMiniType<Parameters> = z.record(
  z.string(),
  z.string().check(z.refine(isJson, 'not a JSON text')),
);

/** A text as JSON. Characters that YAML 1.1 (papermill's `-f`) reads differently than JSON, or refuses, are escaped. */
export function jsonOfText(text: string): string {
  return JSON.stringify(text).replace(READ_OTHERWISE, (letter) => `\\u${hex(letter)}`);
}

// Line breaks of YAML 1.1, what it calls not printable, and its byte order mark.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const READ_OTHERWISE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const hex = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, '0');

/** The object that a command finds in the file MYMLOPS_PARAMS. */
export function parametersJson(texts: Parameters): string {
  return writeJson(texts, { texts: new Set([texts]) });
}

/** Whether `text` is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
