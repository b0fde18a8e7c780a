// Reads a file that may be absent, or that another process may remove at this moment.
import { readFileSync } from 'node:fs';

/** The text of `file`; undefined where no such file exists. One call, so that nothing can be removed between a look and a reading. */
export function readTextIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
