// Which files of the project folder git knows or does not ignore, and where they come from.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../context';
import { ExpectedError } from '../errors';
import { LOOK_ONLY, type GitResult, runGit } from './git';

export type Origin = NonNullable<CommitRequest['source']['origin']>;

export interface ProjectFiles {
  /** Relative to the project folder, with `/`; a folder among them (a nested repository or a submodule) ends in `/` or is one on disk. */
  tracked: string[];
  untracked: string[];
  /** Absent where no repository holds the folder. */
  origin?: Origin;
}

/** Lists with the user's own git and ignore rules, reading only. `scratch` is a folder for a temporary repository. */
export async function listProjectFiles(folder: string, env: Environment, scratch: string): Promise<ProjectFiles> {
  const look = (...args: string[]): Promise<GitResult> => runGit([...LOOK_ONLY, ...args], { cwd: folder, env });
  const [tracked, untracked, status, remote] = await Promise.all([
    look('ls-files', '-z', '--cached'),
    look('ls-files', '-z', '--others', '--exclude-standard'),
    look('status', '--porcelain=v2', '--branch', '-z', '--untracked-files=no', '--ignore-submodules', '--', '.'),
    look('config', '--get', 'remote.origin.url'),
  ]);
  if (/not a git repository/i.test(tracked.stderr))
    return { tracked: [], untracked: await listWithoutGit(folder, env, scratch) };
  return {
    tracked: [...new Set(pathsOf(tracked))],
    untracked: pathsOf(untracked),
    origin:
      status.code === 0 ? originOf(status.stdout.toString('utf8'), remote.stdout.toString('utf8').trim()) : undefined,
  };
}

/** Without a repository, ignore rules still hold: a temporary one that nothing is added to reads them. */
async function listWithoutGit(folder: string, env: Environment, scratch: string): Promise<string[]> {
  const gitFolder = join(scratch, 'listing.git');
  await mkdir(join(gitFolder, 'objects'), { recursive: true });
  await mkdir(join(gitFolder, 'refs'));
  await writeFile(join(gitFolder, 'HEAD'), 'ref: refs/heads/none\n');
  const extra = { GIT_DIR: gitFolder, GIT_WORK_TREE: folder };
  return pathsOf(
    await runGit([...LOOK_ONLY, 'ls-files', '-z', '--others', '--exclude-standard'], { cwd: folder, env, extra }),
  );
}

function pathsOf(result: GitResult): string[] {
  if (result.code !== 0) {
    throw new ExpectedError(`git could not list the project's files: ${result.stderr.trim() || 'it was ended'}`);
  }
  const text = result.stdout.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(result.stdout)) {
    const name = text.split('\0').find((path) => path.includes('\uFFFD'));
    throw new ExpectedError(`The file name ${JSON.stringify(name)} is not UTF-8. Rename the file, or ignore it.`);
  }
  return text.split('\0').filter((path) => path !== '');
}

function originOf(status: string, remote: string): Origin {
  const lines = status.split('\0');
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const branch = header('branch.head');
  return {
    commit: commit && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null,
    branch: branch && branch !== '(detached)' ? branch : null,
    remote: remote ? withoutCredentials(remote) : null,
    dirty: lines.filter((line) => /^[12u] /.test(line)).length,
  };
}

/** `https://user:token@host/x` -> `https://host/x`; `git@host:x` holds no secret and stays. */
function withoutCredentials(remote: string): string {
  return remote.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1');
}
