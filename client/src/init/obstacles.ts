// What lies in the way of files that are to be written: found before the first of them is.
import { closeSync, lstatSync, mkdtempSync, openSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../core/errors';
import { reasonOf } from '../files/make-folders';

type Kind = 'folder' | 'file' | 'a link that leads nowhere' | undefined;

/**
 * Throws ExpectedError where something else is in the place of one of the files `paths` of `folder` or of a folder of theirs,
 * and where one of these is to be made and nobody may write.
 */
export function refuseObstacles(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    const parent = join(folder, dirname(path));
    if (parent !== folder && kindOf(parent) === 'file') refuse(parent, 'a file', 'a folder');
    refuseNowhere(parent, 'a folder');
    if (kindOf(join(folder, path)) === 'folder') refuse(join(folder, path), 'a folder', 'a file');
    refuseNowhere(join(folder, path), 'a file');
  }
  for (const path of paths) if (kindOf(join(folder, path)) === undefined) requireWritable(dirname(join(folder, path)));
}

/** Throws ExpectedError for a .gitignore that is a link: git reads no such one, and what it leads to is another's. */
export function refuseLinkedIgnore(file: string): void {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new ExpectedError(`${file} is a link, which git does not follow. Put a file in its place, or move it away.`);
}

/** `path` is there or is to be made: then the nearest that is there counts. Tried, as permissions are not all. */
export function requireWritable(path: string): void {
  const kind = kindOf(path);
  if (kind === undefined && path !== dirname(path)) return requireWritable(dirname(path));
  try {
    if (kind === 'folder') rmdirSync(mkdtempSync(join(path, '.mymlops-')));
    else closeSync(openSync(path, 'r+'));
  } catch (error) {
    const why = reasonOf(error as NodeJS.ErrnoException);
    throw new ExpectedError(`${path} cannot be written: ${why}. Nothing was changed. Name another folder.`, undefined, {
      cause: error,
    });
  }
}

/** Throws ExpectedError where something other than a folder is in its place. */
export function refuseOther(folder: string): void {
  const kind = kindOf(folder);
  if (kind !== undefined && kind !== 'folder') {
    throw new ExpectedError(`${folder} is ${kind === 'file' ? 'a file' : kind}. Name a folder, or a new one.`);
  }
}

function refuseNowhere(path: string, wanted: string): void {
  if (kindOf(path) === 'a link that leads nowhere') refuse(path, 'a link that leads nowhere', wanted);
}

function refuse(path: string, is: string, wanted: string): never {
  throw new ExpectedError(
    `${path} is ${is}, and ${wanted} of that name is needed. Move it away, or name another folder.`,
  );
}

function kindOf(path: string): Kind {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) return stat.isDirectory() ? 'folder' : 'file';
    return lstatSync(path, { throwIfNoEntry: false }) ? 'a link that leads nowhere' : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return 'a link that leads nowhere';
    throw new ExpectedError(`${path} cannot be looked at (${code}). Name another folder.`, undefined, { cause: error });
  }
}
