// The project folder as it is on disk, as one parentless commit: what a run executes.
import { Readable } from 'node:stream';
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../core/context';
import type { ExpectedError } from '../core/errors';
import { writeBundle } from './bundle';
import type { LeftOut } from './candidates';
import { changed, isReadInPieces, readContent, readPieces } from './content';
import { type FileCache, openFileCache } from './file-cache';
import { type GitObject, buildTrees, hashOf, snapshotCommit, startHash } from './git-objects';
import { readStatsAhead } from './file-stat';
import { readOrigin } from './origin';
import { type ProjectFiles, listProjectFiles } from './project-files';
import { type Contents, type SnapshotFile, selectFiles } from './snapshot-files';

export interface Snapshot {
  source: CommitRequest['source'];
  files: number;
  /** The longest in bytes; empty where there is no file. */
  longestPath: string;
  bytes: number;
  /** What git lists and the snapshot does not hold, with the cause. */
  leftOut: LeftOut[];
  /** What the user should know of it, a line each; names in them may hold control characters. */
  warnings: string[];
  /** git's objects, each once, with their sizes before they are packed. */
  objects: readonly { hash: string; bytes: number }[];
  /**
   * Writes the git bundle to a file that does not exist yet, of all objects or those in `wanted`. Reads the project again:
   * throws if a file has changed since.
   */
  writeBundle(file: string, wanted?: ReadonlySet<string>): Promise<void>;
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
  cacheFile?: string;
  env: Environment;
  /** An empty folder for temporary files; the caller removes it. */
  tempFolder: string;
}

/** Changes nothing but `scratch` and `factsFile`. Throws ExpectedError for what must not be sent. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { folder, env } = options;
  const listing = listProjectFiles(options);
  const [origin, { included, leftOut, warnings, trees, tree, cache }] = await Promise.all([
    // For this git looks at every file once more: mostly while we work on what we saw, for two that look hinder each other.
    listing.then(({ settings, isKept }) => (isKept ? readOrigin(folder, env, settings) : undefined)),
    takeTrees(options, listing),
  ]);
  const commit = snapshotCommit(tree);
  const made = [commit, ...trees].map((object) => ({ hash: object.hash, bytes: object.content.length, object }));
  const parts = new Map<string, (typeof made)[number] | SnapshotFile>(made.map((one) => [one.hash, one]));
  for (const file of included) parts.set(file.hash, file);
  const objects = [...parts.values()];
  return {
    source: { tree, commit: commit.hash, origin },
    files: included.length,
    longestPath: longestOf(included),
    bytes: included.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut,
    warnings,
    objects,
    writeBundle: (file, wanted) => {
      const chosen = wanted ? objects.filter(({ hash }) => wanted.has(hash)) : objects;
      return writeBundle(
        file,
        commit.hash,
        chosen.map((one) =>
          'object' in one
            ? { type: one.object.type, bytes: one.bytes, pieces: () => Readable.from([one.object.content]) }
            : { type: 'blob' as const, bytes: one.bytes, pieces: () => blobPieces(options, one, cache) },
        ),
      );
    },
  };
}

async function takeTrees(
  options: SnapshotOptions,
  listing: Promise<ProjectFiles>,
): Promise<Contents & { trees: GitObject[]; tree: string; cache: FileCache }> {
  const cache = openFileCache(options.cacheFile);
  // git takes its time: meanwhile the files that were there the last time are looked at.
  const [listed, stats] = await Promise.all([listing, readStatsAhead(options.folder, cache.paths)]);
  const contents = await selectFiles(options, { listed, stats, cache });
  const trees = buildTrees(contents.included);
  return { ...contents, trees, tree: trees.at(-1)?.hash ?? '', cache };
}

/** Throws ExpectedError where the file does not hold any more what it held. */
async function* blobPieces(
  options: SnapshotOptions,
  file: SnapshotFile,
  cache: FileCache,
): AsyncGenerator<Buffer, void> {
  const { path, bytes, mode } = file;
  if (!isReadInPieces(options, path, bytes)) {
    const content = await readContent(options, path, mode === '120000');
    if (hashOf('blob', content) !== file.hash) throw await changedSince(file, cache);
    return yield content;
  }
  const hash = startHash('blob', bytes);
  for await (const piece of readPieces(options, path, bytes)) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== file.hash) throw await changedSince(file, cache);
}

async function changedSince({ path }: SnapshotFile, cache: FileCache): Promise<ExpectedError> {
  await cache.forget();
  return changed(path);
}

function longestOf(files: readonly SnapshotFile[]): string {
  let longest = '';
  let longestBytes = 0;
  for (const { path } of files) {
    // No letter has more than three bytes, of those that are one unit of the text.
    if (path.length * 3 <= longestBytes) continue;
    const bytes = Buffer.byteLength(path);
    if (bytes > longestBytes) [longest, longestBytes] = [path, bytes];
  }
  return longest;
}
