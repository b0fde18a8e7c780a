// The repository that results are published to: its address, its author, and its first beginning on this machine.
import { existsSync } from 'node:fs';
import type { CommitRequest } from '@mymlops/protocol';
import type { CommitConfig } from '../config/schema';
import type { Environment } from '../context';
import { ExpectedError } from '../errors';
import { runGit } from './git';
import { localPath } from './repository-address';

type OutputRepository = NonNullable<CommitRequest['outputRepository']>;

/** As the request carries it; a path becomes absolute, as seen from the project folder. */
export async function outputRepositoryOf(
  config: NonNullable<CommitConfig['output_repository']>,
  projectFolder: string,
  env: Environment,
): Promise<OutputRepository> {
  const path = localPath(config.url, projectFolder, env);
  const author = config.author ?? (await gitAuthor(projectFolder, env));
  return { url: path ?? config.url, branch: config.branch, author };
}

/** Makes the repository where its address is a path that does not exist. Its path where it was made. */
export async function makeOutputRepository(
  { url, branch }: OutputRepository,
  env: Environment,
): Promise<string | null> {
  const path = localPath(url, '/', env);
  if (path === null || existsSync(path)) return null;
  const args = ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, path];
  const result = await runGit(args, { cwd: '/', env });
  if (result.code !== 0) throw new ExpectedError(`${path} could not be made: ${result.stderr.trim()}`);
  return path;
}

async function gitAuthor(cwd: string, env: Environment): Promise<OutputRepository['author']> {
  const result = await runGit(['config', '--null', '--get-regexp', '^user\\.(name|email)$'], { cwd, env });
  const entries = result.stdout.toString('utf8').split('\0');
  // The last one wins, as in git.
  const valueOf = (key: string): string | undefined =>
    entries.findLast((entry) => entry.startsWith(`${key}\n`))?.slice(key.length + 1);
  return { name: valueOf('user.name') || 'mymlops', email: valueOf('user.email') || 'mymlops@localhost' };
}
