// The project folder as it is on disk, as one parentless commit: what a run executes.
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../context';
import { ExpectedError } from '../errors';
import { writeBundle } from './bundle';
import { type Candidate, type LeftOut, inspect } from './candidates';
import { findFacts, readContent } from './content';
import { type FactsCache, type FileFacts, openFactsCache } from './facts-cache';
import { type GitObject, type TreeFile, buildTrees, objectOf, snapshotCommit } from './git-objects';
import { type GitSettings, readGitSettings } from './git-settings';
import { refuseLarge } from './large-files';
import { readOrigin } from './origin';
import { type ProjectFiles, listProjectFiles } from './project-files';
import { remarksOf } from './remarks';

export interface Snapshot {
  source: CommitRequest['source'];
  files: number;
  /** The longest in bytes; empty where there is no file. */
  longestPath: string;
  bytes: number;
  /** What git lists and the snapshot does not hold, with the cause. */
  leftOut: LeftOut[];
  /** What the user should know of it, a line each; names in them may hold control characters. */
  remarks: string[];
  /** Writes the git bundle to a file that does not exist yet. Reads the project again: throws if a file has changed since. */
  writeBundle(file: string): Promise<void>;
}

export interface SnapshotOptions {
  /** Absolute, without links. */
  folder: string;
  /** Contents that take the place of what is on disk, by path: the stripped notebooks. They are always part of it. */
  replaced: ReadonlyMap<string, Buffer>;
  /** Absolute paths of files that are never taken: the deploy keys. Need not exist. */
  secretFiles?: readonly string[];
  /** The local cloud's state, never part of a snapshot even where it lies in the project. Need not exist. */
  stateFolder: string;
  /** Remembers what files hold, so that the next snapshot reads less. Need not exist; absent: nothing is remembered. */
  factsFile?: string;
  env: Environment;
  /** An empty folder for temporary files; the caller removes it. */
  scratch: string;
}

interface Taken extends TreeFile {
  size: number;
}

interface Contents {
  listed: ProjectFiles;
  taken: Taken[];
  leftOut: LeftOut[];
  remarks: string[];
}

/** Changes nothing but `scratch` and `factsFile`. Throws ExpectedError for what must not be sent. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { folder, env } = options;
  const cache = await openFactsCache(options.factsFile);
  const settings = readGitSettings(folder, env);
  const [{ listed, taken, leftOut, remarks }, origin] = await Promise.all([
    takeFiles(options, settings, cache),
    settings.then((known) => readOrigin(folder, env, known)),
  ]);
  const trees = buildTrees(taken);
  const tree = trees.at(-1)?.hash ?? '';
  const commit = snapshotCommit(tree);
  const objects = [
    ...[commit, ...new Map(trees.map((object) => [object.hash, object])).values()].map((object) => async () => object),
    ...[...new Map(taken.map((file) => [file.hash, file])).values()].map(
      (file) => () => readBlob(options, file, cache),
    ),
  ];
  return {
    source: { tree, commit: commit.hash, origin: listed.isKept ? origin : undefined },
    files: taken.length,
    longestPath: longestOf(taken.map(({ path }) => path)),
    bytes: taken.reduce((sum, file) => sum + file.size, 0),
    leftOut,
    remarks,
    writeBundle: (file) => writeBundle(file, commit.hash, objects),
  };
}

async function takeFiles(
  options: SnapshotOptions,
  settings: Promise<GitSettings>,
  cache: FactsCache,
): Promise<Contents> {
  const { replaced } = options;
  const listed = await listProjectFiles(options);
  const { candidates, leftOut } = inspect(options, listed.files);
  refuseLarge(candidates.filter(({ path }) => !replaced.has(path)));
  const facts = await findFacts(options, candidates, cache);
  await cache.save();
  const { trustsModes } = await settings;
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
  return { listed, taken, leftOut, remarks };
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

async function readBlob(options: SnapshotOptions, file: Taken, cache: FactsCache): Promise<GitObject> {
  const blob = objectOf('blob', await readContent(options, file.path, file.mode === '120000'));
  if (blob.hash === file.hash) return blob;
  await cache.forget();
  throw new ExpectedError(`${file.path} changed while the snapshot was taken. Commit again when it is at rest.`);
}

function longestOf(paths: readonly string[]): string {
  return paths.reduce((longest, path) => (Buffer.byteLength(path) > Buffer.byteLength(longest) ? path : longest), '');
}
