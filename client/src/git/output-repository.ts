// The repository to which results are published: its address, its author, and its creation on this computer.
import { existsSync } from 'node:fs';
import type { CommitRequest } from '@mymlops/protocol';
import type { CommitConfig } from '../config/schema';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { READ_ONLY, runGit } from './run-git';
import { localPath } from './repository-address';
import { isDeclaredSafe } from './safe-repository';

type OutputRepository = NonNullable<CommitRequest['outputRepository']>;

/** The repository in the form of the request. A path is resolved against the project folder. */
export async function outputRepositoryOf(
  config: NonNullable<CommitConfig['output_repository']>,
  projectFolder: string,
  env: Environment,
): Promise<OutputRepository> {
  const path = localPath(config.url, projectFolder, env);
  const [author, safe] = await Promise.all([
    config.author ?? gitAuthor(projectFolder, env),
    path !== null && isDeclaredSafe(path, env),
  ]);
  return { url: path ?? config.url, branch: config.branch, author, ...(safe && { safe }) };
}

/** Creates the repository if its address is a path that does not exist. Returns the path if it was created, else null. */
export async function makeOutputRepository(
  { url, branch }: OutputRepository,
  env: Environment,
): Promise<string | null> {
  const path = localPath(url, '/', env);
  if (path === null || existsSync(path)) return null;
  const options = ['--template=', '--object-format=sha1', `--initial-branch=${branch}`];
  const args = ['init', '--quiet', '--bare', ...options, path];
  const result = await runGit(args, { cwd: '/', env });
  if (result.code !== 0) {
    throw new ExpectedError(`Cannot create the output repository ${path}: ${result.stderr.trim()}`);
  }
  return path;
}

async function gitAuthor(cwd: string, env: Environment): Promise<OutputRepository['author']> {
  const result = await runGit([...READ_ONLY, 'config', '--null', '--get-regexp', '^user\\.(name|email)$'], {
    cwd,
    env,
  });
  const entries = result.stdout.toString('utf8').split('\0');
  // The last one wins, as in git.
  const valueOf = (key: string): string | undefined =>
    entries.findLast((entry) => entry.startsWith(`${key}\n`))?.slice(key.length + 1);
  return { name: valueOf('user.name') || 'mymlops', email: valueOf('user.email') || 'mymlops@localhost' };
}
