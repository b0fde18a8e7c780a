// Which result files are missing, in as many words as a message has room for. Pure.
import { cutText } from '@mymlops/protocol';
import { plainLine } from './exit-code-message';

const MAX_NAMED = 5;
/** `Missing: ` and `, and 20000 more` stand around it in a message of 500 characters. */
const MAX_LENGTH = 450;

/** The first files, each with its cause, and how many they are: one at least, cut where even that is too long. */
export function namesOfMissing(
  missing: readonly { path: string; message: string }[],
): { text: string; named: number } | undefined {
  const [first = '', ...others] = missing
    .slice(0, MAX_NAMED)
    .map(({ path, message }) => plainLine(`${path} (${message})`));
  if (missing.length === 0) return undefined;
  const named = [cutText(first, MAX_LENGTH)];
  for (const other of others) {
    if ([...named, other].join(', ').length > MAX_LENGTH) break;
    named.push(other);
  }
  return { text: named.join(', '), named: named.length };
}
