// Finds obstacles to files before the first one is written.
import { closeSync, lstatSync, mkdtempSync, openSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../core/errors';
import { reasonOf } from '../files/make-folders';

type Kind = 'folder' | 'file' | 'a link that leads nowhere' | undefined;

/**
 * Throws ExpectedError if something else has the name of one of the files `paths` in `folder`, or of a folder on the way to
 * it, and if a missing file cannot be created for lack of permission.
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

/** Throws ExpectedError for a .gitignore that is a link: git ignores it, and its target may belong to something else. */
export function refuseLinkedIgnore(file: string): void {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new ExpectedError(`${file} is a link, which git does not follow. Replace it by a file, or remove it.`);
}

/** `path` need not exist: then its nearest existing parent counts. Tried by writing, as permissions do not tell everything. */
export function requireWritable(path: string): void {
  const kind = kindOf(path);
  if (kind === undefined && path !== dirname(path)) return requireWritable(dirname(path));
  try {
    if (kind === 'folder') rmdirSync(mkdtempSync(join(path, '.mymlops-')));
    else closeSync(openSync(path, 'r+'));
  } catch (error) {
    const why = reasonOf(error as NodeJS.ErrnoException);
    throw new ExpectedError(`Cannot write to ${path}: ${why}. Nothing was changed. Choose another folder.`, undefined, {
      cause: error,
    });
  }
}

/** Throws ExpectedError if something other than a folder has that name. */
export function refuseOther(folder: string): void {
  const kind = kindOf(folder);
  if (kind !== undefined && kind !== 'folder') {
    throw new ExpectedError(`${folder} is ${kind === 'file' ? 'a file' : kind}. Choose a folder, or a new name.`);
  }
}

function refuseNowhere(path: string, wanted: string): void {
  if (kindOf(path) === 'a link that leads nowhere') refuse(path, 'a link that leads nowhere', wanted);
}

function refuse(path: string, is: string, wanted: string): never {
  throw new ExpectedError(
    `${path} is ${is}, but ${wanted} of that name is needed. Move it away, or choose another folder.`,
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
    throw new ExpectedError(`Cannot access ${path} (${code}). Choose another folder.`, undefined, { cause: error });
  }
}
