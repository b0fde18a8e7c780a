// An output branch that is checked out: git refuses a push to it. Without this check, that would show only after the run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitConfig } from '../../config/schema';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { localPath } from '../../git/repository-address';

/** Values of receive.denyCurrentBranch with which git accepts the push, in lower case. */
const ALLOWING = ['ignore', 'warn', 'updateinstead', 'false', 'no', 'off', '0'];

/** Throws ExpectedError if results cannot be pushed because the branch is checked out. Starts git only if it may be. */
export async function refuseCheckedOut(
  { output_repository: output }: CommitConfig,
  projectFolder: string,
  env: Environment,
): Promise<void> {
  const path = output ? localPath(output.url, projectFolder, env) : null;
  if (!output || path === null || !mayHaveWorkTree(path)) return;
  const { READ_ONLY, runGit } = await import('../../git/run-git');
  const ask = async (...args: string[]): Promise<string> =>
    (await runGit([...READ_ONLY, ...args], { cwd: path, env })).stdout.toString('utf8');
  const folder = folderWith(output.branch, await ask('worktree', 'list', '--porcelain'));
  if (folder === undefined) return;
  if (ALLOWING.includes((await ask('config', '--get', 'receive.denyCurrentBranch')).trim().toLowerCase())) return;
  throw new ExpectedError(
    `output_repository.url is ${output.url}: its branch ${output.branch} is checked out in ${folder}, and git refuses a push to such a branch. Choose another output_repository.branch, or a bare repository (one is created at a path that does not exist yet).`,
  );
}

/** False for a bare repository without worktrees: then no process is needed. */
const mayHaveWorkTree = (path: string): boolean =>
  existsSync(join(path, '.git')) || existsSync(join(path, 'worktrees'));

/** The work tree in git's list that has `branch` checked out. */
function folderWith(branch: string, list: string): string | undefined {
  const tree = list.split('\n\n').find((each) => each.split('\n').includes(`branch refs/heads/${branch}`));
  return tree?.match(/^worktree (.*)$/m)?.[1];
}
