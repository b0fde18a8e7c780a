// Makes a folder that somebody named, with those above it. Node's own way never ends where the system says of a new name that
// it does not exist (/proc, and folders that are mounted in much the same manner), and no signal ends it.
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../core/errors';

const REASONS: Record<string, string> = {
  ENOENT: 'nothing can be made there',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'that place can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your part of the disk is full',
  ENAMETOOLONG: 'the name is too long',
};

/** What the system's error says, as part of a sentence. */
export function reasonOf({ code = '', message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>): string {
  return REASONS[code] ?? message;
}

/** `folder` is absolute and may be there already. Throws ExpectedError where it cannot be made. May be called again. */
export function makeFolders(folder: string, mode = 0o777): void {
  for (const path of missingFolders(folder)) {
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      if (isFolder(path)) continue; // another process was faster
      const why = whyNot(path, folder, error as NodeJS.ErrnoException);
      throw new ExpectedError(`${folder} cannot be made: ${why}. Name another folder.`, undefined, { cause: error });
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
    return false; // absent or out of reach: making it says which
  }
}

function whyNot(path: string, folder: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (code !== 'EEXIST') return reasonOf({ code, message });
  const what = lstatSync(path).isSymbolicLink() ? 'a link that leads to no folder' : 'a file';
  return path === folder ? `${what} is in its place` : `${path} is ${what}`;
}
