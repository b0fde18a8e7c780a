// Selects the files of a snapshot: listed files that are on disk, may be sent, and contain no private key.
import { ExpectedError } from '../core/errors';
import { type Candidate, type InspectOptions, type LeftOut, inspect } from './candidates';
import { findRecords } from './content';
import type { FileCache, FileFlag } from './file-cache';
import type { TreeFile } from './git-objects';
import { refuseLarge } from './large-files';
import type { FileStat } from './file-stat';
import type { ProjectFiles } from './project-files';
import { warningsOf } from './warnings';

export interface SnapshotFile extends TreeFile {
  bytes: number;
}

export interface Contents {
  included: SnapshotFile[];
  leftOut: LeftOut[];
  /** Warnings for the user, one line each. */
  warnings: string[];
}

/** Everything that was read before. */
export interface Known {
  listed: ProjectFiles;
  /** The stats of the files in `cache`, from a moment ago. */
  stats: readonly (FileStat | undefined)[];
  cache: FileCache;
}

/** Throws ExpectedError if the project contains files that must not be sent. */
export async function selectFiles(options: InspectOptions, { listed, stats, cache }: Known): Promise<Contents> {
  const { replaced } = options;
  const { trustsModes } = listed.settings;
  const { candidates, leftOut } = inspect(options, listed.files, { indexOf: cache.indexOf, stats });
  refuseLarge(candidates.filter(({ path }) => !replaced.has(path)));
  const records = await findRecords(options, candidates, cache);
  await cache.save(candidates);
  const found: Record<Exclude<FileFlag, ''>, string[]> = { 'private-key': [], 'lfs-pointer': [], 'outward-link': [] };
  const included: SnapshotFile[] = [];
  candidates.forEach((candidate, at) => {
    const { path, stat } = candidate;
    const known = records[at];
    if (!known) return;
    if (known.flag !== '') found[known.flag].push(path);
    if (known.flag === 'private-key') return;
    const bytes = replaced.get(path)?.length ?? stat.size;
    included.push({ path, mode: modeOf(candidate, trustsModes), hash: known.hash, bytes });
  });
  const keys = found['private-key'];
  refuseKeyInNotebook(keys.find((path) => replaced.has(path)));
  for (const path of keys) leftOut.push({ path, why: 'it contains a private key' });
  const warnings = warningsOf({
    leftOut,
    lfsPointers: found['lfs-pointer'],
    outwardLinks: found['outward-link'],
    missingSubmodules: listed.missingSubmodules,
  });
  return { included, leftOut, warnings };
}

/** A notebook that is to be run cannot be left out. */
function refuseKeyInNotebook(path: string | undefined): void {
  if (path === undefined) return;
  throw new ExpectedError(`${path} contains a private key. Remove the key from the notebook, and commit again.`);
}

/** If the file system has no executable bits, git's index decides for tracked files. */
function modeOf({ stat, mode }: Candidate, trustsModes: boolean): TreeFile['mode'] {
  if (stat.kind === 'link') return '120000';
  const isExecutable = trustsModes || mode === undefined ? stat.isExecutable : mode === '100755';
  return isExecutable ? '100755' : '100644';
}
