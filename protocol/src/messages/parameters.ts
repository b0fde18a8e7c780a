// A run's parameters: name -> JSON text of the value. Python tells 1.0 from 1 and holds integers of any length, and both are
// lost in a JavaScript number: so no part of mymlops turns the texts into values.
import { z } from 'zod';
import { writeJson } from '../text/write-json';

export type Parameters = Record<string, string>;

/** The sign that parameters reached a notebook: its injected cell, or that their file was read. */
export type ParametersUse = 'injected' | 'read' | 'unknown';

export const parameters: z.ZodType<Parameters> = z.record(z.string(), z.string().refine(isJson, 'not a JSON text'));

/** A text as JSON. What YAML 1.1 (papermill's `-f`) reads otherwise than JSON does, or refuses, is escaped. */
export function jsonOfText(text: string): string {
  return JSON.stringify(text).replace(READ_OTHERWISE, (letter) => `\\u${hex(letter)}`);
}

// Line breaks of YAML 1.1, what it calls not printable, and its byte order mark.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const READ_OTHERWISE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const hex = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, '0');

const valuesBefore = z.looseObject({
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  parameters: z.undefined().optional(),
});

/**
 * A commit whose parameters are values in `params`, as an earlier client sends it and an earlier run's document holds it, in
 * the form of today; anything else as it is. A text is a text there, also one that looks like JSON.
 */
export function inTodaysForm<T>(request: T): T {
  const before = valuesBefore.safeParse(request);
  if (!before.success) return request;
  const { params, ...same } = before.data;
  return { ...same, parameters: Object.fromEntries(Object.entries(params).map(textOfValue)) } as T;
}

const textOfValue = ([name, value]: [string, unknown]): [string, string] => [
  name,
  typeof value === 'string' ? jsonOfText(value) : JSON.stringify(value),
];

/** The parameters of a run by the request in its document, which may be in the form before. */
export function parametersOf(request: { parameters?: Parameters } | undefined): Parameters {
  return inTodaysForm(request)?.parameters ?? {};
}

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
