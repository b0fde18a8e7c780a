// What lies in the way of files that are to be written: found before the first of them is.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../errors';

/** Throws ExpectedError where a file is in the place of `folder` or of one below it, or a folder in that of .gitignore. */
export function refuseObstacles(folder: string, paths: readonly string[]): void {
  if (kindOf(folder) === 'file') throw new ExpectedError(`${folder} is a file. Name a folder, or a new one.`);
  for (const path of paths) {
    const parent = join(folder, dirname(path));
    if (kindOf(parent) === 'file') refuse(parent, 'a file', 'a folder');
    if (kindOf(join(folder, path)) === 'folder') refuse(join(folder, path), 'a folder', 'a file');
  }
}

function refuse(path: string, is: string, wanted: string): never {
  throw new ExpectedError(
    `${path} is ${is}, and ${wanted} of that name is needed. Move it away, or name another folder.`,
  );
}

function kindOf(path: string): 'folder' | 'file' | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && (stat.isDirectory() ? 'folder' : 'file');
}
