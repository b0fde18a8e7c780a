// The files of a snapshot: of those that are listed, what is on disk, may be sent, and holds no key.
import { ExpectedError } from '../core/errors';
import { type Candidate, type InspectOptions, type LeftOut, inspect } from './candidates';
import { findFacts } from './content';
import type { FactsCache, Finding } from './file-cache';
import type { TreeFile } from './git-objects';
import { refuseLarge } from './large-files';
import type { Look } from './file-stat';
import type { ProjectFiles } from './project-files';
import { remarksOf } from './warnings';

export interface Taken extends TreeFile {
  bytes: number;
}

export interface Contents {
  taken: Taken[];
  leftOut: LeftOut[];
  /** What the user should know, a line each. */
  remarks: string[];
}

/** What was found out beforehand. */
export interface Known {
  listed: ProjectFiles;
  /** What a look at the files of `cache` showed a moment ago. */
  looks: readonly (Look | undefined)[];
  cache: FactsCache;
}

/** Throws ExpectedError for what must not be sent. */
export async function takeFiles(options: InspectOptions, { listed, looks, cache }: Known): Promise<Contents> {
  const { replaced } = options;
  const { trustsModes } = listed.settings;
  const { candidates, leftOut } = inspect(options, listed.files, { indexOf: cache.indexOf, looks });
  refuseLarge(candidates.filter(({ path }) => !replaced.has(path)));
  const facts = await findFacts(options, candidates, cache);
  await cache.save(candidates);
  const found: Record<Exclude<Finding, ''>, string[]> = { 'private-key': [], 'lfs-pointer': [], 'outward-link': [] };
  const taken: Taken[] = [];
  candidates.forEach((candidate, at) => {
    const { path, look } = candidate;
    const known = facts[at];
    if (!known) return;
    if (known.finding !== '') found[known.finding].push(path);
    if (known.finding === 'private-key') return;
    const bytes = replaced.get(path)?.length ?? look.size;
    taken.push({ path, mode: modeOf(candidate, trustsModes), hash: known.hash, bytes });
  });
  const keys = found['private-key'];
  refuseKeyInNotebook(keys.find((path) => replaced.has(path)));
  for (const path of keys) leftOut.push({ path, why: 'it holds a private key' });
  const remarks = remarksOf({
    leftOut,
    lfsPointers: found['lfs-pointer'],
    outwardLinks: found['outward-link'],
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
function modeOf({ look, mode }: Candidate, trustsModes: boolean): TreeFile['mode'] {
  if (look.kind === 'link') return '120000';
  const isExecutable = trustsModes || mode === undefined ? look.isExecutable : mode === '100755';
  return isExecutable ? '100755' : '100644';
}
