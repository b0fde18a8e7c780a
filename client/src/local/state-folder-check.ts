// Checks that the state folder can be used, before a process is started for it.
import { accessSync, constants, type StatsFs, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../core/errors';
import { requireShortState } from './path-limits';

const REMEDY = 'Set MYMLOPS_HOME to another folder.';
/** With less free space the local cloud cannot accept anything. */
const LEAST_ROOM_BYTES = 1024 * 1024;

/** `folder` is absolute and need not exist. Throws ExpectedError if it cannot be created or written, or its disk is full. */
export function requireUsableStateFolder(folder: string): void {
  // A VM's agent keeps lists of paths, with one path per line.
  if (/\p{Cc}/u.test(folder)) {
    throw new ExpectedError(`The state folder's path contains a line break or another control character. ${REMEDY}`);
  }
  requireShortState(folder);
  const existing = nearestExisting(folder);
  if (!statSync(existing).isDirectory()) {
    throw new ExpectedError(`${folder} cannot be the state folder: ${existing} is a file. ${REMEDY}`);
  }
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    throw new ExpectedError(
      `${folder} cannot be the state folder: you have no permission to write to ${existing}. ${REMEDY}`,
    );
  }
  requireFreeSpace(folder);
}

/** Throws ExpectedError if the disk of the state folder is full: the local cloud would not answer, without giving a reason. */
export function requireFreeSpace(folder: string, statfs: (path: string) => Room = statfsSync): void {
  const { bavail, bsize } = statfs(nearestExisting(folder));
  if (bavail * bsize >= LEAST_ROOM_BYTES) return;
  throw new ExpectedError(
    `The disk of the state folder ${folder} is full. Free some space, or set MYMLOPS_HOME to a folder on another disk.`,
  );
}

/** Free blocks of a disk, and the size of a block in bytes. */
type Room = Pick<StatsFs, 'bavail' | 'bsize'>;

function nearestExisting(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isAbove = (code === 'ENOENT' || code === 'ENOTDIR') && dirname(folder) !== folder;
    if (isAbove) return nearestExisting(dirname(folder));
    throw new ExpectedError(`${folder} cannot be the state folder (${code}). ${REMEDY}`, undefined, { cause: error });
  }
}
