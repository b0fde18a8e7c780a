// A notebook whose name begins with a dash: the command line reads it as options, or as the value of one.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The words that may be one. What follows `--` is read as it stands. */
function dashedNotebooks(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).filter((word) => word.startsWith('-') && word.endsWith('.ipynb'));
}

/** Of a command line that would be taken otherwise than it was meant: such a file is there. Undefined: none. */
export function adviceBefore(args: readonly string[], cwd: string): string | undefined {
  return adviceOn(dashedNotebooks(args).find((word) => existsSync(resolve(cwd, word))));
}

/** Of a command line that is wrong, perhaps for that. Undefined: it is about something else. */
export function adviceAfter(args: readonly string[]): string | undefined {
  return adviceOn(dashedNotebooks(args).find((word) => !word.includes('=')));
}

const adviceOn = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : `A name that begins with a dash is read as options. Write ./${word}`;
