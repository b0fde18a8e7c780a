// A notebook whose name begins with a dash: the command line reads it as options, or as the value of an option.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The words that may be such a notebook. Words after `--` are not read as options. */
function dashedNotebooks(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).filter((word) => word.startsWith('-') && word.endsWith('.ipynb'));
}

/** Advice before a command line is parsed: one of its words is the name of such a file. Undefined if none is. */
export function adviceBefore(args: readonly string[], cwd: string): string | undefined {
  return adviceOn(dashedNotebooks(args).find((word) => existsSync(resolve(cwd, word))));
}

/** Advice after a command line was found wrong, perhaps because of such a name. Undefined if it has none. */
export function adviceAfter(args: readonly string[]): string | undefined {
  return adviceOn(dashedNotebooks(args).find((word) => !word.includes('=')));
}

const adviceOn = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : `A name that begins with a dash is read as options. Write it as ./${word}`;
