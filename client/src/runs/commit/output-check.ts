// Whether results can be pushed to the output repository, as far as this can be checked before anything is started.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { CommitConfig } from '../../config/schema';
import type { Target } from '../../config/target';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { localPath } from '../../git/repository-address';
import { stateFolder } from '../../local/state-folder';

/** Throws ExpectedError for an address that no push can reach, and for a path that is not and cannot become a repository. */
export function checkOutputRepository(
  { output_repository: output }: CommitConfig,
  { project }: Target,
  projectFolder: string,
  env: Environment,
): void {
  const path = output ? localPath(output.url, projectFolder, env) : null;
  if (!output || path === null) return;
  if (project !== LOCAL_PROJECT) {
    throw new ExpectedError(
      `output_repository.url is ${output.url}, which a VM on Google Cloud cannot reach. Use an https or ssh address.`,
    );
  }
  const problem = existsSync(path)
    ? problemOf(path, projectFolder)
    : problemOfNew(path, projectFolder, stateFolder(env));
  if (problem !== null) throw new ExpectedError(`output_repository.url is ${output.url}: ${problem}`);
}

function problemOf(path: string, projectFolder: string): string | null {
  if (!statSync(path).isDirectory())
    return `${path} is a file. Choose a git repository, or a path that does not exist yet (a repository is created there).`;
  const isRepository = existsSync(join(path, '.git')) || existsSync(join(path, 'HEAD'));
  if (isRepository) return null;
  if (isInside(projectFolder, realpathSync(path))) {
    const what =
      realpathSync(path) === projectFolder ? 'this is the project itself' : 'the project is inside this folder';
    return `${what}. ${nameAnother(join(projectFolder, '..'))}`;
  }
  // For a folder with files, `git init --bare` would be bad advice.
  if (readdirSync(path).length > 0) return `${path} is not a git repository. ${nameAnother(dirname(path))}`;
  return `${path} is not a git repository. To make it one: git init --bare '${path}'`;
}

const nameAnother = (folder: string): string =>
  `Choose a repository, or a path that does not exist yet (a repository is created there), such as ${join(folder, 'results.git')}`;

/** A mistyped path, or a disk that is not mounted, must not become a repository that nobody finds. */
function problemOfNew(path: string, projectFolder: string, state: string): string | null {
  if (isInside(path, state)) return null;
  if (isInside(path, projectFolder)) {
    return `a repository created there would be part of every snapshot. Put it beside the project: ../${basename(path)}`;
  }
  if (existsSync(dirname(path))) return null;
  return `${dirname(path)} does not exist. Create that folder first; the repository is then created in it.`;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !/^\.\.(\/|$)/.test(way) && !isAbsolute(way);
}
