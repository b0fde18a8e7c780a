// The user's home folder.
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';

/** `$HOME`, else the system's entry for this user. Absolute. Throws ExpectedError if neither is a folder. */
export function homeFolder(env: Environment, systemHome: () => string = () => userInfo().homedir): string {
  const home = env['HOME'] ?? '';
  if (isAbsolute(home)) return home;
  let known = '';
  try {
    known = systemHome();
  } catch {
    // A container may run as a user id without a name.
  }
  if (isAbsolute(known)) return known;
  throw new ExpectedError(
    'HOME is not set, and the system has no home folder for this user. Run: export HOME=/path/to/your/folder',
  );
}
