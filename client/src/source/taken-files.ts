// The files of a snapshot: of those that are listed, what is on disk, may be sent, and holds no key.
import { ExpectedError } from '../errors';
import { type Candidate, type InspectOptions, type LeftOut, inspect } from './candidates';
import { findFacts } from './content';
import type { FactsCache, FileFacts } from './facts-cache';
import type { TreeFile } from './git-objects';
import { refuseLarge } from './large-files';
import type { ProjectFiles } from './project-files';
import { remarksOf } from './remarks';

export interface Taken extends TreeFile {
  size: number;
}

export interface Contents {
  taken: Taken[];
  leftOut: LeftOut[];
  /** What the user should know, a line each. */
  remarks: string[];
}

/** Throws ExpectedError for what must not be sent. */
export async function takeFiles(
  options: InspectOptions,
  listed: ProjectFiles,
  trustsModes: boolean,
  cache: FactsCache,
): Promise<Contents> {
  const { replaced } = options;
  const { candidates, leftOut } = inspect(options, listed.files);
  refuseLarge(candidates.filter(({ path }) => !replaced.has(path)));
  const facts = await findFacts(options, candidates, cache);
  await cache.save();
  const withFinding = (finding: FileFacts['finding']): string[] =>
    candidates.filter((_, index) => facts[index]?.finding === finding).map(({ path }) => path);
  const keys = new Set(withFinding('private-key'));
  refuseKeyInNotebook([...keys].find((path) => replaced.has(path)));
  for (const path of keys) leftOut.push({ path, why: 'it holds a private key' });
  const taken = candidates.flatMap((candidate, index) => {
    const known = facts[index];
    if (!known || keys.has(candidate.path)) return [];
    const size = replaced.get(candidate.path)?.length ?? candidate.stat.size;
    return [{ path: candidate.path, mode: modeOf(candidate, trustsModes), hash: known.hash, size }];
  });
  const remarks = remarksOf({
    leftOut,
    lfsPointers: withFinding('lfs-pointer'),
    outwardLinks: withFinding('outward-link'),
    missingSubmodules: listed.missingSubmodules,
  });
  return { taken, leftOut, remarks };
}

/** What is to be run cannot be left out. */
function refuseKeyInNotebook(path: string | undefined): void {
  if (path === undefined) return;
  throw new ExpectedError(`${path} holds a private key. Take it out of the notebook, and commit again.`);
}

/** Where a file system has no executable bits, git's record counts for what git tracks. */
function modeOf({ stat, mode }: Candidate, trustsModes: boolean): TreeFile['mode'] {
  if (stat.isSymbolicLink()) return '120000';
  const isExecutable = trustsModes || mode === undefined ? (stat.mode & 0o100) !== 0 : mode === '100755';
  return isExecutable ? '100755' : '100644';
}
