// Guesses from a command's text, and from the scripts in it, what the command does with the parameters.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** `injects`: passes them to a notebook runner. `reads`: uses them in its own way. `ignores`: does not mention them. */
export type CommandUse = 'injects' | 'reads' | 'ignores';

/** The variable, or the runner that `init` writes, which reads the variable. */
const MENTION = /MYMLOPS_PARAMS|\brun_notebook\.py\b/;
const RUNNERS = /\b(?:papermill|nbconvert|nbclient|run_notebook)\b/;
/** A larger file is data and not a script. */
const LARGEST_SCRIPT = 256 * 1024;

export function commandUse(texts: readonly string[], projectFolder: string): CommandUse {
  const words = texts.flatMap((text) => text.match(/[^\s"'`;|&()<>$=]+/g) ?? []);
  const scripts = [...new Set(words)].map((word) => scriptAt(resolve(projectFolder, word)));
  const readers = [...texts, ...scripts].filter((text) => MENTION.test(text));
  if (readers.length === 0) return 'ignores';
  return readers.every((text) => RUNNERS.test(text)) ? 'injects' : 'reads';
}

/** The text of the script; empty if there is none. */
function scriptAt(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() && stat.size <= LARGEST_SCRIPT ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
