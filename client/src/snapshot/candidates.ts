// Decides which of the listed files may be part of a snapshot, before any file is read.
import { dirname, join } from 'node:path';
import { createStateFilter } from './state-filter';
import { type FileStat, readStat } from './file-stat';
import type { ListedFile } from './project-files';
import { secretPartOf } from './secrets';

export interface Candidate extends ListedFile {
  stat: FileStat;
  /** Its index among the files of the last snapshot. */
  index: number | undefined;
}

/** A file or folder that git lists and that is left out of the snapshot. */
export interface LeftOut {
  path: string;
  why: string;
}

export interface InspectOptions {
  folder: string;
  stateFolder: string;
  /** Absolute paths of files that are secret whatever their content. */
  secretFiles?: readonly string[];
  /** Contents that replace those on disk, by path. These files are always included. */
  replaced: ReadonlyMap<string, Buffer>;
}

/** The files of the last snapshot, with the stat of each from a moment ago. */
export interface Seen {
  indexOf(path: string): number | undefined;
  stats: readonly (FileStat | undefined)[];
}

/** Reads the stat of each file once. */
export function inspect(
  options: InspectOptions,
  files: readonly ListedFile[],
  { indexOf, stats }: Seen,
): { candidates: Candidate[]; leftOut: LeftOut[] } {
  const { folder, replaced } = options;
  const isOurs = createFolderFilter(folder, options.stateFolder);
  const secret = new Set(options.secretFiles);
  const leftOut = new Map<string, string>();
  const candidates: Candidate[] = [];
  const inspectOne = ({ path, mode, repository }: ListedFile): void => {
    if (!isOurs(folderOf(path))) return;
    const index = indexOf(path);
    const stat = (index === undefined ? undefined : stats[index]) ?? readStat(`${folder}/${path}`);
    // Tracked and deleted; or it is now a folder, whose files git lists one by one.
    if (!stat || stat.kind === 'folder') return;
    const isSecret = secret.size > 0 && secret.has(`${folder}/${path}`);
    const reason = replaced.has(path) ? null : refusal(path, stat, isSecret);
    if (reason) leftOut.set(reason.path, reason.why);
    else candidates.push({ path, mode, repository, stat, index });
  };
  const unlisted = new Set(replaced.keys());
  for (const file of files) {
    if (unlisted.size > 0) unlisted.delete(file.path);
    inspectOne(file);
  }
  for (const path of unlisted) inspectOne({ path, repository: '' });
  return { candidates, leftOut: [...leftOut].map(([path, why]) => ({ path, why })) };
}

/** The same as `dirname` for these paths, but faster. */
function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

function refusal(path: string, { kind }: FileStat, isSecret: boolean): LeftOut | null {
  const secretPart = secretPartOf(path);
  if (secretPart) return { path: secretPart, why: 'its name suggests that it contains secrets' };
  if (isSecret) return { path, why: 'it is a deploy_key in mymlops.yml' };
  if (kind === 'other') return { path, why: 'it is a special file' };
  return isRefusedByGit(path) ? { path, why: 'git does not check out a file of this name' } : null;
}

/** Characters that file systems of macOS ignore, so that a name with them can still mean `.git`. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Names that mean `.git` on some system. git refuses them on every system. */
function isRefusedByGit(path: string): boolean {
  if (!/git/i.test(path)) return false;
  return path
    .replace(IGNORABLE, '')
    .split(/[/\\]/)
    .some((name) => /^(?:\.git|git~1)[ .]*(?::.*)?$/i.test(name));
}

/**
 * Whether a folder is part of the project: not a link, which leads elsewhere, and not the state folder of a local cloud.
 * Checks each folder once.
 */
function createFolderFilter(project: string, stateFolder: string): (folder: string) => boolean {
  const isState = createStateFilter(project, stateFolder);
  const known = new Map<string, boolean>();
  const isReal = (folder: string): boolean => folder === '.' || readStat(join(project, folder))?.kind === 'folder';
  const isOurs = (folder: string): boolean => {
    const found =
      known.get(folder) ?? ((folder === '.' || isOurs(dirname(folder))) && isReal(folder) && !isState(folder));
    known.set(folder, found);
    return found;
  };
  // The next file is usually in the same folder as the last one.
  let last = { folder: '.', isOurs: isOurs('.') };
  return (folder) => {
    if (folder !== last.folder) last = { folder, isOurs: isOurs(folder) };
    return last.isOurs;
  };
}
