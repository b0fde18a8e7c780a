// A repository of this computer that belongs to another user: git takes it where the user has declared it safe.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { runGit } from './run-git';

/**
 * Whether `path` is such a repository, so that a VM's git, which obeys nobody's configuration, must be told of it. Starts
 * git for one of another user alone. Throws ExpectedError where git does not take it.
 */
export async function isDeclaredSafe(
  path: string,
  env: Environment,
  uid: number | undefined = process.getuid?.(),
): Promise<boolean> {
  if (uid === undefined) return false;
  const owners = [path, join(path, '.git')].map((each) => statSync(each, { throwIfNoEntry: false })?.uid ?? uid);
  if (owners.every((owner) => owner === uid)) return false;
  // The question that a push asks as well.
  const { code, stderr } = await runGit(['ls-remote', '--quiet', '--heads', '--', path, 'none'], { cwd: '/', env });
  if (code === 0) return true;
  const declaration = /^\s*(git config --global --add safe\.directory .*)$/m.exec(stderr)?.[1];
  if (declaration === undefined) return false;
  throw new ExpectedError(
    `output_repository.url is ${path}: it belongs to another user, and git does not take it until you declare it safe: ${declaration}`,
  );
}
