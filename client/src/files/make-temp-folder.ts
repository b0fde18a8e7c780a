// Creates folders for temporary files.
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ExpectedError } from '../core/errors';
import { reasonOf } from './make-folders';

/** Creates a folder in `parent`, which is the system's or TMPDIR. Throws ExpectedError if it cannot. */
export async function makeTempFolder(name: string, parent: string): Promise<string> {
  try {
    if (isAbsolute(parent)) return await mkdtemp(join(parent, name));
  } catch (error) {
    throw unusable(parent, problemOf(parent, error as NodeJS.ErrnoException), error);
  }
  throw unusable(parent, 'it is not an absolute path');
}

function problemOf(parent: string, failure: NodeJS.ErrnoException): string {
  if (failure.code === 'ENOTDIR') return 'it is not a folder';
  return failure.code === 'ENOENT' && !existsSync(parent) ? 'it does not exist' : reasonOf(failure);
}

const unusable = (parent: string, problem: string, cause?: unknown): ExpectedError =>
  new ExpectedError(
    `${parent} cannot be used for temporary files: ${problem}. Set TMPDIR to another folder, or run: unset TMPDIR`,
    undefined,
    { cause },
  );
