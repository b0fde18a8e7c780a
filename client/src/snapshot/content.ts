// Reads the contents of files as they are on disk, without git's filters and conversion of line endings.
import { createReadStream } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, normalize, posix } from 'node:path';
import { ExpectedError } from '../core/errors';
import type { Candidate } from './candidates';
import type { FileCache, FileRecord, FileFlag } from './file-cache';
import { hashOf, startHash } from './git-objects';
import { type FileStat, readStat } from './file-stat';
import { inBatches } from './batches';
import { createKeyFinder, holdsPrivateKey } from './secrets';

/** Larger files are never held in memory as a whole. */
export const LARGE_BYTES = 4 * 2 ** 20;
const PIECE_BYTES = 2 ** 20;
/** Files that are read at the same time. A larger file counts with this size, as it is read in pieces. */
const AT_ONCE = { items: 32, bytes: 8 * LARGE_BYTES };
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const LARGEST_LFS_POINTER = 1024;

export interface ContentOptions {
  folder: string;
  replaced: ReadonlyMap<string, Buffer>;
}

/** The record of every candidate, in their order. Files that have not changed since the last snapshot are not read. */
export async function findRecords(
  options: ContentOptions,
  candidates: readonly Candidate[],
  cache: FileCache,
): Promise<FileRecord[]> {
  const unknown: number[] = [];
  const records = candidates.map(({ path, stat, index }, at) => {
    const known = index === undefined || options.replaced.has(path) ? undefined : cache.find(index, stat);
    if (!known) unknown.push(at);
    return known;
  });
  const bytesOf = (index: number): number => Math.min(candidates[index]?.stat.size ?? 0, LARGE_BYTES);
  for (const batch of inBatches(unknown, bytesOf, AT_ONCE)) {
    await Promise.all(
      batch.map(async (index) => {
        const candidate = candidates[index];
        if (candidate) records[index] = await readRecord(options, candidate, cache);
      }),
    );
  }
  return records.filter((found) => found !== undefined);
}

async function readRecord(options: ContentOptions, { path, stat }: Candidate, cache: FileCache): Promise<FileRecord> {
  const readAt = Date.now();
  const isLarge = isReadInPieces(options, path, stat.size);
  const record = isLarge
    ? await recordOfPieces(readPieces(options, path, stat.size), stat.size)
    : recordOf(path, await readContent(options, path, stat.kind === 'link'), stat.kind);
  if (options.replaced.has(path)) return record;
  const after = readStat(join(options.folder, path));
  const isUnchanged =
    after && after.mtimeMs === stat.mtimeMs && after.ctimeMs === stat.ctimeMs && after.ino === stat.ino;
  if (isUnchanged) cache.learn(path, stat, readAt, record);
  return record;
}

function recordOf(path: string, content: Buffer, kind: FileStat['kind']): FileRecord {
  const flag = kind === 'link' ? linkFlagOf(path, content) : flagOf(content);
  return { hash: hashOf('blob', content), flag };
}

async function recordOfPieces(pieces: AsyncIterable<Buffer>, bytes: number): Promise<FileRecord> {
  const hash = startHash('blob', bytes);
  const holdsKeySoFar = createKeyFinder();
  let flag: FileFlag = '';
  for await (const piece of pieces) {
    hash.update(piece);
    if (flag === '' && holdsKeySoFar(piece)) flag = 'private-key';
  }
  return { hash: hash.digest('hex'), flag };
}

function flagOf(content: Buffer): FileFlag {
  if (holdsPrivateKey(content)) return 'private-key';
  const isPointer =
    content.length < LARGEST_LFS_POINTER && content.toString('latin1', 0, LFS_POINTER.length) === LFS_POINTER;
  return isPointer ? 'lfs-pointer' : '';
}

function linkFlagOf(path: string, content: Buffer): FileFlag {
  const target = content.toString('utf8');
  const isOutward = isAbsolute(target) || normalize(join(posix.dirname(path), target)).startsWith('..');
  return isOutward ? 'outward-link' : '';
}

/** The content of a link is its target. Throws ExpectedError if it cannot be read. */
export async function readContent(
  { folder, replaced }: ContentOptions,
  path: string,
  isLink: boolean,
): Promise<Buffer> {
  const replacement = replaced.get(path);
  if (replacement) return replacement;
  try {
    return await (isLink ? readlink(join(folder, path), { encoding: 'buffer' }) : readFile(join(folder, path)));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Whether a file of `bytes` is read in pieces. */
export const isReadInPieces = ({ replaced }: ContentOptions, path: string, bytes: number): boolean =>
  bytes > LARGE_BYTES && !replaced.has(path);

/** The first `bytes` of a file. Throws ExpectedError if it cannot be read or is shorter. */
export async function* readPieces(
  { folder }: ContentOptions,
  path: string,
  bytes: number,
): AsyncGenerator<Buffer, void> {
  let left = bytes;
  try {
    const content = createReadStream(join(folder, path), { highWaterMark: PIECE_BYTES, end: bytes - 1 });
    for await (const piece of content as AsyncIterable<Buffer>) {
      left -= piece.length;
      yield piece;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (left > 0) throw changed(path);
}

function unreadable(path: string, error: unknown): ExpectedError {
  const { code } = error as NodeJS.ErrnoException;
  return new ExpectedError(`Cannot read ${path} (${code}). Make it readable, or add it to .gitignore.`);
}

export const changed = (path: string): ExpectedError =>
  new ExpectedError(`${path} changed while the snapshot was taken. Commit again when no program writes to it.`);
