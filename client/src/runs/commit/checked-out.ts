// A branch that somebody works on: git refuses a push to it, and a run would end before that is seen.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitConfig } from '../../config/schema';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { READ_ONLY, runGit } from '../../git/run-git';
import { localPath } from '../../git/repository-address';

/** Values of receive.denyCurrentBranch with which git takes the push, in small letters. */
const ALLOWING = ['ignore', 'warn', 'updateinstead', 'false', 'no', 'off', '0'];

/** Throws ExpectedError where results cannot be pushed as the branch is checked out. Asks git only where one may be. */
export async function refuseCheckedOut(
  { output_repository: output }: CommitConfig,
  projectFolder: string,
  env: Environment,
): Promise<void> {
  const path = output ? localPath(output.url, projectFolder, env) : null;
  if (!output || path === null || !mayHaveWorkTree(path)) return;
  const ask = async (...args: string[]): Promise<string> =>
    (await runGit([...READ_ONLY, ...args], { cwd: path, env })).stdout.toString('utf8');
  const folder = folderWith(output.branch, await ask('worktree', 'list', '--porcelain'));
  if (folder === undefined) return;
  if (ALLOWING.includes((await ask('config', '--get', 'receive.denyCurrentBranch')).trim().toLowerCase())) return;
  throw new ExpectedError(
    `output_repository.url is ${output.url}: its branch ${output.branch} is checked out in ${folder}, and git takes no push to such a branch. Choose another output_repository.branch, or a bare repository: at a path that does not exist yet, one is made.`,
  );
}

/** One that was made bare, and where nothing was checked out, costs no process. */
const mayHaveWorkTree = (path: string): boolean =>
  existsSync(join(path, '.git')) || existsSync(join(path, 'worktrees'));

/** The work tree that has `branch`, in git's list of them. */
function folderWith(branch: string, list: string): string | undefined {
  const tree = list.split('\n\n').find((each) => each.split('\n').includes(`branch refs/heads/${branch}`));
  return tree?.match(/^worktree (.*)$/m)?.[1];
}
