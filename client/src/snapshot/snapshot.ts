// A snapshot: the project folder as it is on disk, as one commit without parents. A run executes it.
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
  /** The longest path in bytes; empty if there is no file. */
  longestPath: string;
  bytes: number;
  /** Files and folders that are left out, each with the reason. */
  leftOut: LeftOut[];
  /** Warnings for the user, one line each. Names in them may contain control characters. */
  warnings: string[];
  /** git's objects, each once, with their uncompressed sizes. */
  objects: readonly { hash: string; bytes: number }[];
  /**
   * Writes a git bundle of all objects, or of those in `wanted`, to a new file. Reads the project again, and throws if a file
   * has changed since.
   */
  writeBundle(file: string, wanted?: ReadonlySet<string>): Promise<void>;
}

export interface SnapshotOptions {
  /** Absolute, without links. */
  folder: string;
  /** Contents that replace those on disk, by path: the stripped notebooks. These files are always included. */
  replaced: ReadonlyMap<string, Buffer>;
  /** Absolute paths of files that are never included: the deploy keys. Need not exist. */
  secretFiles?: readonly string[];
  /** The local cloud's state folder, which is never included, even inside the project. Need not exist. */
  stateFolder: string;
  /** The file cache, so that the next snapshot reads fewer files. Need not exist. Without it nothing is remembered. */
  cacheFile?: string;
  env: Environment;
  /** An empty folder for temporary files; the caller removes it. */
  tempFolder: string;
}

/** Changes only `tempFolder` and `cacheFile`. Throws ExpectedError if the project contains files that must not be sent. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { folder, env } = options;
  const listing = listProjectFiles(options);
  const [origin, { included, leftOut, warnings, trees, tree, cache }] = await Promise.all([
    // For this, git reads the stat of every file again. It starts after our own reading, as two readers slow each other down.
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
  // While git lists the files, read the stats of those in the last snapshot.
  const [listed, stats] = await Promise.all([listing, readStatsAhead(options.folder, cache.paths)]);
  const contents = await selectFiles(options, { listed, stats, cache });
  const trees = buildTrees(contents.included);
  return { ...contents, trees, tree: trees.at(-1)?.hash ?? '', cache };
}

/** Throws ExpectedError if the file has changed since it was hashed. */
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
    // One UTF-16 unit becomes at most three bytes of UTF-8.
    if (path.length * 3 <= longestBytes) continue;
    const bytes = Buffer.byteLength(path);
    if (bytes > longestBytes) [longest, longestBytes] = [path, bytes];
  }
  return longest;
}
