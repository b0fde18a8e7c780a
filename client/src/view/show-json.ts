// JSON on stdout, safe for a terminal.
import { writeJson } from '@mymlops/protocol';
import type { Context } from '../core/context';

// Characters that JSON does not escape and a terminal obeys: C1 controls, and those that reorder text.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const OBEYED = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Prints one JSON document to stdout. The members of the objects in `texts` are already JSON texts. */
export function showJson(context: Context, value: unknown, texts?: ReadonlySet<unknown>): void {
  const text = writeJson(value, { indent: '  ', texts });
  const escaped = text.replace(OBEYED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  context.print(`${escaped}\n`);
}
