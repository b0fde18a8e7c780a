// The user's home folder.
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';

/** `$HOME`, else what the system knows of this user. Absolute. Throws ExpectedError where neither names a folder. */
export function homeFolder(env: Environment, systemHome: () => string = () => userInfo().homedir): string {
  const home = env['HOME'] ?? '';
  if (isAbsolute(home)) return home;
  let known = '';
  try {
    known = systemHome();
  } catch {
    // A container may run under a number that has no name.
  }
  if (isAbsolute(known)) return known;
  throw new ExpectedError(
    'HOME is not set, and the system knows no home folder. Run: export HOME=/path/to/your/folder',
  );
}
