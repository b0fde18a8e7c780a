// Whether there can be a state folder where one is meant to be: looked at before a process is started for it.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from './errors';
import { requireShortState } from './path-limits';

const REMEDY = 'Set MYMLOPS_HOME to another folder.';

/** `folder` is absolute and need not exist. Throws ExpectedError where it cannot be made or written. */
export function requireStatePlace(folder: string): void {
  requireShortState(folder);
  const existing = nearestExisting(folder);
  if (!statSync(existing).isDirectory()) {
    throw new ExpectedError(`The state folder cannot be ${folder}: ${existing} is a file. ${REMEDY}`);
  }
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    throw new ExpectedError(`The state folder cannot be ${folder}: you may not write to ${existing}. ${REMEDY}`);
  }
}

function nearestExisting(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isAbove = (code === 'ENOENT' || code === 'ENOTDIR') && dirname(folder) !== folder;
    if (isAbove) return nearestExisting(dirname(folder));
    throw new ExpectedError(`The state folder cannot be ${folder} (${code}). ${REMEDY}`, undefined, { cause: error });
  }
}
