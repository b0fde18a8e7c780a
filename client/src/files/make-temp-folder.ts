// Folders for temporary files.
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ExpectedError } from '../core/errors';
import { reasonOf } from './make-folders';

/** A new folder in `parent`, the system's or the one that TMPDIR names. Throws ExpectedError where none can be made. */
export async function makeTempFolder(name: string, parent: string): Promise<string> {
  try {
    if (isAbsolute(parent)) return await mkdtemp(join(parent, name));
  } catch (error) {
    throw unusable(parent, problemOf(parent, error as NodeJS.ErrnoException), error);
  }
  throw unusable(parent, 'it is no absolute path');
}

function problemOf(parent: string, failure: NodeJS.ErrnoException): string {
  if (failure.code === 'ENOTDIR') return 'it is no folder';
  return failure.code === 'ENOENT' && !existsSync(parent) ? 'it does not exist' : reasonOf(failure);
}

const unusable = (parent: string, problem: string, cause?: unknown): ExpectedError =>
  new ExpectedError(
    `${parent} cannot be used for temporary files: ${problem}. Set TMPDIR to another folder, or run: unset TMPDIR`,
    undefined,
    { cause },
  );
