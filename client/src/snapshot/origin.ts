// The origin of a snapshot, recorded with the run: branch, commit, remote, and how many files differ from that commit.
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../core/context';
import { READ_ONLY, runGit } from '../git/run-git';
import type { GitSettings } from '../git/git-settings';

export type Origin = NonNullable<CommitRequest['source']['origin']>;

/** Undefined if the folder is not in a repository, or git fails. */
export async function readOrigin(folder: string, env: Environment, settings: GitSettings): Promise<Origin | undefined> {
  const looked = [
    ...['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=no', '--ignore-submodules=dirty'],
    // Without these options git may load objects over the network.
    ...['--no-renames', '--no-ahead-behind', '--', '.'],
  ];
  const result = await runGit([...READ_ONLY, ...settings.withoutFilters, ...looked], { cwd: folder, env });
  return result.code === 0 ? originOf(result.stdout.toString('utf8').split('\0'), settings) : undefined;
}

function originOf(lines: readonly string[], settings: GitSettings): Origin {
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const head = header('branch.head');
  const branch = head && head !== '(detached)' ? head : null;
  return {
    commit: commit && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null,
    branch,
    remote: remoteOf(branch, settings),
    dirty: lines.filter((line) => /^[12u] /.test(line)).length,
  };
}

/** The remote that the branch follows, else `origin`, else the only remote. */
function remoteOf(branch: string | null, { remotes, followed }: GitSettings): string | null {
  const url =
    remotes.get((branch && followed.get(branch)) || 'origin') ??
    remotes.get('origin') ??
    (remotes.size === 1 ? [...remotes.values()][0] : undefined);
  return url ? withoutCredentials(url) : null;
}

/** `https://user:token@host/x` -> `https://host/x`; `git@host:x` contains no secret and stays. */
function withoutCredentials(remote: string): string {
  return remote.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1').replace(/^(https?:\/\/[^?#]*)[?#].*$/i, '$1');
}
