// Files that only this user may read, and that nobody ever sees half written.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Replaces the content of `file` at once; mode 0600. */
export function writePrivateFile(file: string, text: string): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** The text of `file`, or null if there is no such file. */
export function readTextIfAny(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
