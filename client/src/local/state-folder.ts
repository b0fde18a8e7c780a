// The folder in which the local cloud stores everything.
import { isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { homeFolder } from '../files/home-folder';

/**
 * `$MYMLOPS_HOME`, else the platform's folder for application state. Absolute; need not exist. Throws ExpectedError for a
 * relative `$MYMLOPS_HOME`, which would mean another folder in each working folder.
 */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['MYMLOPS_HOME'];
  if (chosen && !isAbsolute(chosen)) {
    throw new ExpectedError(`MYMLOPS_HOME is ${chosen}, but it must be an absolute path.`, EXIT.usage);
  }
  if (chosen) return resolve(chosen);
  const home = homeFolder(env);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'mymlops');
  // By its specification, a relative path is ignored.
  const places = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(places) ? places : join(home, '.local', 'state'), 'mymlops');
}
