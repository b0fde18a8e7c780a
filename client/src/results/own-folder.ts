// A folder that `pull` creates ignores itself, like those of pytest, ruff and uv: results are not part of the project, and
// a commit that sent them would grow with each pull, or be refused for their size.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders';

const IGNORE_FILE = '.gitignore';
const IGNORE_ALL = '# Created by `mymlops-client pull`: git and the snapshots of `commit` ignore this folder.\n*\n';

/** Creates `folder` if it is absent, and makes a new or empty one ignore itself, unless a result is named .gitignore. */
export function makeOwnFolder(folder: string, results: readonly { path: string }[]): void {
  const isNew = isAbsentOrEmpty(folder);
  makeFolders(folder);
  if (!isNew || results.some(({ path }) => path.toLowerCase() === IGNORE_FILE)) return;
  try {
    writeFileSync(join(folder, IGNORE_FILE), IGNORE_ALL, { flag: 'wx' });
  } catch {
    // The same obstacle will stop the first result, which reports it.
  }
}

/** Whether the folder has the .gitignore of `pull`, unchanged. */
export function ignoresItself(folder: string): boolean {
  try {
    return readFileSync(join(folder, IGNORE_FILE), 'utf8') === IGNORE_ALL;
  } catch {
    return false;
  }
}

function isAbsentOrEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
