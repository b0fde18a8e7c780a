// Where the local cloud keeps everything it knows.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from './context';

/** `$MYMLOPS_HOME`, else the platform's place for application state. Absolute; need not exist. */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['MYMLOPS_HOME']) return resolve(env['MYMLOPS_HOME']);
  const home = env['HOME'] || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'mymlops');
  return join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'mymlops');
}
