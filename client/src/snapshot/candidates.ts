// What of the listed files is on disk and may be part of a snapshot, judged before anything is read.
import { dirname, join } from 'node:path';
import { createStateFilter } from './state-filter';
import { type FileStat, readStat } from './file-stat';
import type { ListedFile } from './project-files';
import { secretPartOf } from './secrets';

export interface Candidate extends ListedFile {
  stat: FileStat;
  /** Where it is among the files of the last snapshot. */
  index: number | undefined;
}

/** What git lists and a snapshot does not hold. */
export interface LeftOut {
  path: string;
  why: string;
}

export interface InspectOptions {
  folder: string;
  stateFolder: string;
  /** Absolute paths of files that are secret whatever they hold. */
  secretFiles?: readonly string[];
  /** Paths whose content is replaced: always taken. */
  replaced: ReadonlyMap<string, Buffer>;
}

/** The files of the last snapshot, and what a look at each of them showed a moment ago. */
export interface Seen {
  indexOf(path: string): number | undefined;
  stats: readonly (FileStat | undefined)[];
}

/** Looks at each file once. */
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
    // Tracked and deleted, or a folder now, whose files git lists one by one.
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

/** What `dirname` says of these paths, in a part of the time. */
function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

function refusal(path: string, { kind }: FileStat, isSecret: boolean): LeftOut | null {
  const secretPart = secretPartOf(path);
  if (secretPart) return { path: secretPart, why: 'its name says that it holds secrets' };
  if (isSecret) return { path, why: 'mymlops.yml names it as a deploy_key' };
  if (kind === 'other') return { path, why: 'it is a special file' };
  return isRefusedByGit(path) ? { path, why: 'git refuses to check out a file of this name' } : null;
}

/** Characters that file systems of macOS ignore: with them in it a name can still be `.git` there. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Names that are `.git` on some system: git protects every machine from them. */
function isRefusedByGit(path: string): boolean {
  if (!/git/i.test(path)) return false;
  return path
    .replace(IGNORABLE, '')
    .split(/[/\\]/)
    .some((name) => /^(?:\.git|git~1)[ .]*(?::.*)?$/i.test(name));
}

/**
 * Whether a folder is part of the project: no state of a local cloud, and a folder and not a link, for what lies behind a
 * link is elsewhere. Each folder is looked at once.
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
  // The next file mostly lies where the last one did.
  let last = { folder: '.', isOurs: isOurs('.') };
  return (folder) => {
    if (folder !== last.folder) last = { folder, isOurs: isOurs(folder) };
    return last.isOurs;
  };
}
