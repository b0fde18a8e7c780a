// The project folder as it is on disk, as one parentless commit: what a run executes.
import type { Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../context';
import { ExpectedError } from '../errors';
import { writeBundle } from './bundle';
import { createStateFilter } from './cloud-state';
import { type GitObject, type TreeFile, buildTrees, hashOf, objectOf, snapshotCommit } from './git-objects';
import { listProjectFiles } from './project-files';
import { holdsPrivateKey, isSecretName } from './secrets';

const MB = 1024 * 1024;
const LARGEST_UNTRACKED_FILE = 10 * MB;
const LARGEST_UNTRACKED_TOTAL = 50 * MB;
/** A file is packed in memory. */
const LARGEST_FILE = 1024 * MB;
const AT_ONCE = 32;

export interface Snapshot {
  source: CommitRequest['source'];
  files: number;
  /** The longest in bytes; empty where there is no file. */
  longestPath: string;
  bytes: number;
  /** What git lists and the snapshot does not hold, with the cause. */
  leftOut: { path: string; why: string }[];
  /** Writes the git bundle to a file that does not exist yet. Reads the project again: throws if a file has changed since. */
  writeBundle(file: string): Promise<void>;
}

export interface SnapshotOptions {
  /** Absolute, without links. */
  folder: string;
  /** Contents that take the place of what is on disk, by path: the stripped notebooks. They are always part of it. */
  replaced: ReadonlyMap<string, Buffer>;
  /** The local cloud's state, never part of a snapshot even where it lies in the project. Need not exist. */
  stateFolder: string;
  env: Environment;
  /** An empty folder for temporary files; the caller removes it. */
  scratch: string;
}

interface Candidate {
  path: string;
  stat: Stats;
  tracked: boolean;
}

interface Taken extends TreeFile {
  size: number;
}

/** Reads and changes nothing but `scratch`. Throws ExpectedError for what must not be sent. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const listed = await listProjectFiles(options.folder, options.env, options.scratch);
  const leftOut: Snapshot['leftOut'] = [];
  const candidates = await inspect(options, listed, leftOut);
  refuseLarge(candidates.filter(({ path }) => !options.replaced.has(path)));
  const taken = (await inBatches(candidates, (candidate) => take(options, candidate, leftOut))).filter(
    (file) => file !== null,
  );
  const trees = buildTrees(taken);
  const commit = snapshotCommit(trees.at(-1)?.hash ?? '');
  const source = { tree: trees.at(-1)?.hash ?? '', commit: commit.hash, origin: listed.origin };
  const blobs = [...new Map(taken.map((file) => [file.hash, file])).values()];
  const objects = [
    ...[commit, ...new Map(trees.map((tree) => [tree.hash, tree])).values()].map((object) => async () => object),
    ...blobs.map((file) => () => readBlob(options, file)),
  ];
  return {
    source,
    files: taken.length,
    longestPath: longestOf(taken.map(({ path }) => path)),
    bytes: taken.reduce((sum, file) => sum + file.size, 0),
    leftOut,
    writeBundle: (file) => writeBundle(file, commit.hash, objects),
  };
}

async function inspect(
  { folder, replaced, stateFolder }: SnapshotOptions,
  listed: { tracked: string[]; untracked: string[] },
  leftOut: Snapshot['leftOut'],
): Promise<Candidate[]> {
  const tracked = new Set(listed.tracked);
  const isState = createStateFilter(folder, stateFolder);
  const paths = new Set([...listed.tracked, ...listed.untracked, ...replaced.keys()]);
  const found = await inBatches([...paths], async (path): Promise<Candidate | null> => {
    if (isState(path)) return null;
    if (isSecretName(path) && !replaced.has(path)) {
      leftOut.push({ path, why: 'its name says that it holds secrets' });
      return null;
    }
    const stat = await lstat(join(folder, path)).catch(() => null);
    if (!stat) return null; // tracked and deleted
    if (stat.isFile() || stat.isSymbolicLink()) return { path, stat, tracked: tracked.has(path) };
    leftOut.push({ path, why: stat.isDirectory() ? 'it is a repository of its own' : 'it is a special file' });
    return null;
  });
  return found.filter((candidate) => candidate !== null);
}

function refuseLarge(candidates: readonly Candidate[]): void {
  const tooLarge = candidates.find(({ stat }) => stat.size > LARGEST_FILE);
  if (tooLarge)
    throw new ExpectedError(`${tooLarge.path} is larger than 1 GB. Keep it out of the project folder, or ignore it.`);
  const untracked = candidates.filter((candidate) => !candidate.tracked && candidate.stat.isFile());
  const large = untracked.filter(({ stat }) => stat.size > LARGEST_UNTRACKED_FILE);
  if (large.length > 0) refuse('over 10 MB and not tracked by git', large);
  const total = untracked.reduce((sum, { stat }) => sum + stat.size, 0);
  if (total > LARGEST_UNTRACKED_TOTAL) {
    const largest = untracked.toSorted((left, right) => right.stat.size - left.stat.size).slice(0, 5);
    refuse(
      `the largest of ${untracked.length} files that git does not track, ${megabytes(total)} together (at most 50 MB)`,
      largest,
    );
  }
}

function refuse(what: string, files: readonly Candidate[]): never {
  const lines = files.map(({ path, stat }) => `  ${path} (${megabytes(stat.size)})`);
  const ignore = files.map(({ path }) => `  /${path}`);
  throw new ExpectedError(
    `The snapshot would hold files that are ${what}:\n${lines.join('\n')}\nTrack them with git, or add to the .gitignore of the project folder:\n${ignore.join('\n')}`,
  );
}

const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

async function take(
  options: SnapshotOptions,
  { path, stat }: Candidate,
  leftOut: Snapshot['leftOut'],
): Promise<Taken | null> {
  const content = await readContent(options, path, stat.isSymbolicLink());
  if (stat.isFile() && !options.replaced.has(path) && holdsPrivateKey(content)) {
    leftOut.push({ path, why: 'it holds a private key' });
    return null;
  }
  const mode = stat.isSymbolicLink() ? '120000' : stat.mode & 0o100 ? '100755' : '100644';
  return { path, mode, hash: hashOf('blob', content), size: content.length };
}

async function readBlob(options: SnapshotOptions, file: Taken): Promise<GitObject> {
  const blob = objectOf('blob', await readContent(options, file.path, file.mode === '120000'));
  if (blob.hash !== file.hash) {
    throw new ExpectedError(`${file.path} changed while the snapshot was taken. Commit again when it is at rest.`);
  }
  return blob;
}

async function readContent({ folder, replaced }: SnapshotOptions, path: string, isLink: boolean): Promise<Buffer> {
  const replacement = replaced.get(path);
  if (replacement) return replacement;
  try {
    return await (isLink ? readlink(join(folder, path), { encoding: 'buffer' }) : readFile(join(folder, path)));
  } catch (error) {
    throw new ExpectedError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Mend it, or ignore it.`,
    );
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  }
  return results;
}

function longestOf(paths: readonly string[]): string {
  return paths.reduce((longest, path) => (Buffer.byteLength(path) > Buffer.byteLength(longest) ? path : longest), '');
}
