// Projects in repositories, their snapshots, and what a VM makes of these.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { takeSnapshot } from '../../../client/src/snapshot/snapshot';
import { useTempFolders, writeFiles } from '../temp-folder';

export const tempFolder = useTempFolders();
const QUIET = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
export const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...QUIET };

export function git(cwd: string, ...args: string[]): string {
  const settings = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'safe.bareRepository=all'];
  return execFileSync('git', [...settings, ...args], { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function repository(files: Record<string, string | Buffer>): string {
  const folder = tempFolder();
  writeFiles(folder, files);
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

export function snapshotOf(folder: string, options: Partial<Parameters<typeof takeSnapshot>[0]> = {}) {
  const defaults = {
    folder,
    replaced: new Map<string, Buffer>(),
    stateFolder: '/nonexistent',
    env,
    tempFolder: tempFolder(),
  };
  return takeSnapshot({ ...defaults, ...options });
}

/** What a VM gets: the bundle fetched and checked out by real git. */
export async function checkedOut(snapshot: Awaited<ReturnType<typeof takeSnapshot>>): Promise<string> {
  const folder = tempFolder();
  const bundle = join(folder, 'source.bundle');
  await snapshot.writeBundle(bundle);
  git(folder, 'init', '-q', 'out');
  const out = join(folder, 'out');
  git(out, 'fetch', '-q', bundle, 'refs/*:refs/bundle/*');
  git(out, 'checkout', '-q', snapshot.source.commit);
  git(out, 'fsck', '--strict', '--full');
  expect(git(out, 'rev-parse', 'HEAD^{tree}')).toBe(snapshot.source.tree);
  expect(git(out, 'rev-list', '--count', 'HEAD')).toBe('1');
  return out;
}

export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => !/^\.git(\/|$)/.test(path) && !statSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory(),
    )
    .toSorted();
