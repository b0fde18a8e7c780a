// Suggests a notebook if the named one does not exist.
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { nearestKey } from '../../core/nearest-key';
import { ExpectedError } from '../../core/errors';
import { printableLine } from '../../view/printable';

const DEEPEST = 3;
/** Limits the search, for example in a home folder. */
const MOST_FOLDERS = 200;

/** Throws ExpectedError with the nearest existing name if nothing of that name is on disk. */
export function refuseMissing(name: string, cwd: string): void {
  if (name.trim() === '')
    throw new ExpectedError(`${JSON.stringify(name)} is not a notebook. Give the name of an .ipynb file.`);
  const path = resolve(cwd, name);
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  const beside = notebooksIn(dirname(path)).map((found) => join(dirname(name), found));
  const meant = nearestOf(name, beside) ?? nearestByName(basename(name), cwd);
  throw new ExpectedError(
    `${name} does not exist.${meant === undefined ? '' : ` Did you mean ${printableLine(meant)}?`}`,
  );
}

/** Compares names without their ending, which all notebooks share. */
function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  const stem = (path: string): string => path.replace(/\.[^./]*$/, '');
  const meant = nearestKey(stem(name), candidates.map(stem));
  return candidates.find((candidate) => stem(candidate) === meant);
}

/** The first notebook below `cwd` with the same name, or nearly the same. */
function nearestByName(name: string, cwd: string): string | undefined {
  const found = notebooksBelow(cwd);
  const meant = nearestOf(
    name,
    found.map((path) => basename(path)),
  );
  const path = found.find((candidate) => basename(candidate) === meant);
  return path && relative(cwd, path);
}

function notebooksBelow(root: string): string[] {
  const found: string[] = [];
  let folders = [root];
  let seen = 0;
  for (let depth = 0; depth < DEEPEST && seen < MOST_FOLDERS && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders.slice(0, MOST_FOLDERS - seen)) {
      found.push(...notebooksIn(folder).map((name) => join(folder, name)));
      below.push(...foldersIn(folder).map((name) => join(folder, name)));
    }
    seen += folders.length;
    folders = below;
  }
  return found;
}

const notebooksIn = (folder: string): string[] =>
  entriesOf(folder).flatMap((entry) => (entry.isFile() && entry.name.endsWith('.ipynb') ? [entry.name] : []));

const foldersIn = (folder: string): string[] =>
  entriesOf(folder).flatMap((entry) =>
    entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name) ? [entry.name] : [],
  );

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // absent or unreadable
  }
}
