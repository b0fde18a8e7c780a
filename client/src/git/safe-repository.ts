// A repository on this computer that belongs to another user: git accepts it if this user has declared it safe.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { runGit } from './run-git';

/**
 * Whether `path` is such a repository. The VM's git, which reads no configuration, must then be told. Starts git only for
 * another user's repository. Throws ExpectedError if git refuses it.
 */
export async function isDeclaredSafe(
  path: string,
  env: Environment,
  uid: number | undefined = process.getuid?.(),
): Promise<boolean> {
  if (uid === undefined) return false;
  const owners = [path, join(path, '.git')].map((each) => statSync(each, { throwIfNoEntry: false })?.uid ?? uid);
  if (owners.every((owner) => owner === uid)) return false;
  // A push performs the same check.
  const { code, stderr } = await runGit(['ls-remote', '--quiet', '--heads', '--', path, 'none'], { cwd: '/', env });
  if (code === 0) return true;
  const declaration = /^\s*(git config --global --add safe\.directory .*)$/m.exec(stderr)?.[1];
  if (declaration === undefined) return false;
  throw new ExpectedError(
    `output_repository.url is ${path}, which belongs to another user. git refuses it until you declare it safe: ${declaration}`,
  );
}
