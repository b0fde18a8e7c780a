// A folder that `pull` makes ignores itself, as those of pytest, ruff and uv do: results are no part of the project, and a
// commit that sent them along would grow with each pull, or be refused for their size.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders';

const IGNORE_FILE = '.gitignore';
const IGNORE_ALL =
  '# Made by `mymlops-client pull`: git, and the snapshots of `commit`, leave out what is in here.\n*\n';

/** Makes `folder` where it is absent. One that holds something is left as it is, and so is a result named .gitignore. */
export function makeOwnFolder(folder: string, results: readonly { path: string }[]): void {
  const isNew = isAbsentOrEmpty(folder);
  makeFolders(folder);
  if (!isNew || results.some(({ path }) => path.toLowerCase() === IGNORE_FILE)) return;
  try {
    writeFileSync(join(folder, IGNORE_FILE), IGNORE_ALL, { flag: 'wx' });
  } catch {
    // The same obstacle stops the results too, and the first of them reports it.
  }
}

/** Whether `pull` made it, and nobody changed that. */
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
