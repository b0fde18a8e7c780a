// Guesses what a command does with the parameters, from its own text and from the scripts that it names.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** `injects`: hands them to a runner of notebooks. `reads`: does something of its own with them. `ignores`: mentions them nowhere. */
export type CommandUse = 'injects' | 'reads' | 'ignores';

/** The variable, or the small runner that `init` writes, which reads it. */
const MENTION = /MYMLOPS_PARAMS|\brun_notebook\.py\b/;
const RUNNERS = /\b(?:papermill|nbconvert|nbclient|run_notebook)\b/;
/** A script is small; a word may also name data. */
const LARGEST_SCRIPT = 256 * 1024;

export function commandUse(texts: readonly string[], projectFolder: string): CommandUse {
  const words = texts.flatMap((text) => text.match(/[^\s"'`;|&()<>$=]+/g) ?? []);
  const scripts = [...new Set(words)].map((word) => scriptAt(resolve(projectFolder, word)));
  const readers = [...texts, ...scripts].filter((text) => MENTION.test(text));
  if (readers.length === 0) return 'ignores';
  return readers.every((text) => RUNNERS.test(text)) ? 'injects' : 'reads';
}

/** Empty where there is none. */
function scriptAt(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() && stat.size <= LARGEST_SCRIPT ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
