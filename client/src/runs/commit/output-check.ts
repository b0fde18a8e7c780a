// Whether results can be pushed to the output repository, as far as it can be told before anything is started.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { CommitConfig } from '../../config/schema';
import type { Target } from '../../config/target';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { localPath } from '../../git/repository-address';
import { stateFolder } from '../../local/state-folder';

/** Throws ExpectedError for an address that no push can reach, and for a path that is no repository nor can become one. */
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
      `output_repository.url is ${output.url}, which a machine on Google Cloud cannot reach. Give an https or ssh address.`,
    );
  }
  const problem = existsSync(path)
    ? problemOf(path, projectFolder)
    : problemOfNew(path, projectFolder, stateFolder(env));
  if (problem !== null) throw new ExpectedError(`output_repository.url is ${output.url}: ${problem}`);
}

function problemOf(path: string, projectFolder: string): string | null {
  if (!statSync(path).isDirectory())
    return `${path} is a file. Name a git repository, or a path where one is to be made.`;
  const isRepository = existsSync(join(path, '.git')) || existsSync(join(path, 'HEAD'));
  if (isRepository) return null;
  if (isInside(projectFolder, realpathSync(path))) {
    const what = realpathSync(path) === projectFolder ? 'that is the project itself' : 'the project lies in it';
    return `${what}. ${nameAnother(join(projectFolder, '..'))}`;
  }
  // Advice that fills a folder of somebody's with a repository would be bad advice.
  if (readdirSync(path).length > 0) return `${path} is no git repository. ${nameAnother(dirname(path))}`;
  return `${path} is no git repository. To make it one: git init --bare '${path}'`;
}

const nameAnother = (folder: string): string =>
  `Name a repository, or a path that does not exist yet, where one is made: ${join(folder, 'results.git')}`;

/** A typing mistake, or a disk that is not there, must not become a repository that nobody looks into. */
function problemOfNew(path: string, projectFolder: string, state: string): string | null {
  if (isInside(path, state)) return null;
  if (isInside(path, projectFolder)) {
    return `made there, it would be part of every snapshot. Put it beside the project: ../${basename(path)}`;
  }
  if (existsSync(dirname(path))) return null;
  return `${dirname(path)} does not exist. Make that folder, and the repository is made in it.`;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !/^\.\.(\/|$)/.test(way) && !isAbsolute(way);
}
