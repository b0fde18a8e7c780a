// `-p NAME=VALUE`.
import type { CommitRequest } from '@mymlops/protocol';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';

type Parameters = CommitRequest['params'];

/** papermill writes each as an assignment; R's names have dots. */
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u;

/** JSON's numbers, true, false and null are what they look like, a JSON string is its text; all else is text. */
export function parseParameters(pairs: readonly string[]): Parameters {
  const parameters: Parameters = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new ExpectedError(`-p wants NAME=VALUE, not ${JSON.stringify(pair)}.`, EXIT.usage);
    const name = pair.slice(0, at);
    if (!NAME.test(name)) {
      throw new ExpectedError(
        `-p ${JSON.stringify(name)} is no name that a notebook could use: write letters, digits, _ and dots, no digit first.`,
        EXIT.usage,
      );
    }
    if (Object.hasOwn(parameters, name)) throw new ExpectedError(`-p gives ${name} twice.`, EXIT.usage);
    Object.defineProperty(parameters, name, { value: scalarOf(pair.slice(at + 1)), enumerable: true });
  }
  return parameters;
}

function scalarOf(text: string): Parameters[string] {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    // A number that JavaScript cannot hold exactly stays text.
    if (typeof value === 'number')
      return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : text;
  } catch {
    // Not JSON: text.
  }
  return text;
}
