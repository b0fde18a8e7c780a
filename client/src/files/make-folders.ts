// Creates a folder with its parents. Node's own function loops for ever, deaf to signals, if the system answers "does not
// exist" to the creation of a folder (in /proc, and in some mounted folders).
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../core/errors';

const REASONS: Record<string, string> = {
  ENOENT: 'nothing can be created there',
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
};

/** A system error as part of a sentence. */
export function reasonOf({ code = '', message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>): string {
  return REASONS[code] ?? message;
}

/** `folder` is absolute and may exist. Throws ExpectedError if it cannot be created. May be called again. */
export function makeFolders(folder: string, mode = 0o777): void {
  for (const path of missingFolders(folder)) {
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      if (isFolder(path)) continue; // another process was faster
      const why = whyNot(path, folder, error as NodeJS.ErrnoException);
      throw new ExpectedError(`Cannot create ${folder}: ${why}. Choose another folder.`, undefined, { cause: error });
    }
  }
}

/** The uppermost first. */
function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let path = folder; !isFolder(path) && path !== dirname(path); path = dirname(path)) missing.push(path);
  return missing.toReversed();
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // absent or inaccessible: creating it tells which
  }
}

function whyNot(path: string, folder: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (code !== 'EEXIST') return reasonOf({ code, message });
  const what = lstatSync(path).isSymbolicLink() ? 'a link that does not lead to a folder' : 'a file';
  return path === folder ? `${what} has that name` : `${path} is ${what}`;
}
