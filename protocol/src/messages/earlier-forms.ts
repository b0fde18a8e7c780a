// Commits as earlier clients send them and the documents of earlier runs hold them, in the form of today.
import * as z from 'zod/mini';
import { jsonOfText, type Parameters } from './parameters';

const valuesBefore = z.looseObject({
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  parameters: z.optional(z.undefined()),
});

const machineBefore = z.looseObject({ instance: z.looseObject({}), machine: z.optional(z.undefined()) });

/**
 * Parameters were values in `params` (a text is a text there, also one that looks like JSON), and the machine spec was `instance`.
 * Anything else stays as it is.
 */
export function inTodaysForm<T>(request: T): T {
  return withMachine(withParameters(request));
}

function withParameters<T>(request: T): T {
  const before = valuesBefore.safeParse(request);
  if (!before.success) return request;
  const { params, ...same } = before.data;
  return { ...same, parameters: Object.fromEntries(Object.entries(params).map(textOfValue)) } as T;
}

const textOfValue = ([name, value]: [string, unknown]): [string, string] => [
  name,
  typeof value === 'string' ? jsonOfText(value) : JSON.stringify(value),
];

function withMachine<T>(request: T): T {
  const before = machineBefore.safeParse(request);
  if (!before.success) return request;
  const { instance, ...same } = before.data;
  return { ...same, machine: instance } as T;
}

/** The parameters of a run by the request in its document, which may be in an earlier form. */
export function parametersOf(request: { parameters?: Parameters } | undefined): Parameters {
  return inTodaysForm(request)?.parameters ?? {};
}
