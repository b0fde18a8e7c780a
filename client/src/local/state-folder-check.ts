// Whether there can be a state folder where one is meant to be: looked at before a process is started for it.
import { accessSync, constants, type StatsFs, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../core/errors';
import { requireShortState } from './path-limits';

const REMEDY = 'Set MYMLOPS_HOME to another folder.';
/** Without this the local cloud can accept nothing. */
const LEAST_ROOM_BYTES = 1024 * 1024;

/** `folder` is absolute and need not exist. Throws ExpectedError where it cannot be made or written, or has no room. */
export function requireUsableStateFolder(folder: string): void {
  // A line break ends an entry of the lists that a run's machine keeps.
  if (/\p{Cc}/u.test(folder)) {
    throw new ExpectedError(`The state folder's path holds a line break or another control character. ${REMEDY}`);
  }
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
  requireFreeSpace(folder);
}

/** Throws ExpectedError where the disk of the state folder is full: the local cloud would not answer, and not say why. */
export function requireFreeSpace(folder: string, statfs: (path: string) => Room = statfsSync): void {
  const { bavail, bsize } = statfs(nearestExisting(folder));
  if (bavail * bsize >= LEAST_ROOM_BYTES) return;
  throw new ExpectedError(
    `The disk of the state folder ${folder} is full. Make room there, or set MYMLOPS_HOME to a folder on another disk.`,
  );
}

/** What the system says of a disk: free blocks, and the size of one in bytes. */
type Room = Pick<StatsFs, 'bavail' | 'bsize'>;

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
