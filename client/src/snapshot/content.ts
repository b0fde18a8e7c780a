// What files hold, read from disk as it is: no filter, no line endings of git's.
import { createReadStream } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, normalize, posix } from 'node:path';
import { ExpectedError } from '../core/errors';
import type { Candidate } from './candidates';
import type { FactsCache, FileFacts, Finding } from './file-cache';
import { hashOf, startHash } from './git-objects';
import { type Look, lookAt } from './file-stat';
import { inPortions } from './batches';
import { createKeyFinder, holdsPrivateKey } from './secrets';

/** A larger file is never in memory as a whole. */
export const LARGE_BYTES = 4 * 2 ** 20;
const PIECE_BYTES = 2 ** 20;
/** Files read at the same time: a large one takes as much memory as the largest that is read at once. */
const AT_ONCE = { items: 32, bytes: 8 * LARGE_BYTES };
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const LARGEST_LFS_POINTER = 1024;

export interface ContentOptions {
  folder: string;
  replaced: ReadonlyMap<string, Buffer>;
}

/** Facts of every candidate, in their order; those at rest since the last time are not read. */
export async function findFacts(
  options: ContentOptions,
  candidates: readonly Candidate[],
  cache: FactsCache,
): Promise<FileFacts[]> {
  const unknown: number[] = [];
  const facts = candidates.map(({ path, look, index }, at) => {
    const known = index === undefined || options.replaced.has(path) ? undefined : cache.find(index, look);
    if (!known) unknown.push(at);
    return known;
  });
  const bytesOf = (index: number): number => Math.min(candidates[index]?.look.size ?? 0, LARGE_BYTES);
  for (const portion of inPortions(unknown, bytesOf, AT_ONCE)) {
    await Promise.all(
      portion.map(async (index) => {
        const candidate = candidates[index];
        if (candidate) facts[index] = await readFacts(options, candidate, cache);
      }),
    );
  }
  return facts.filter((found) => found !== undefined);
}

async function readFacts(options: ContentOptions, { path, look }: Candidate, cache: FactsCache): Promise<FileFacts> {
  const readAt = Date.now();
  const isLarge = isReadInPieces(options, path, look.size);
  const facts = isLarge
    ? await factsOfPieces(readPieces(options, path, look.size), look.size)
    : factsOf(path, await readContent(options, path, look.kind === 'link'), look.kind);
  if (options.replaced.has(path)) return facts;
  const after = lookAt(join(options.folder, path));
  const isAtRest = after && after.mtimeMs === look.mtimeMs && after.ctimeMs === look.ctimeMs && after.ino === look.ino;
  if (isAtRest) cache.learn(path, look, readAt, facts);
  return facts;
}

function factsOf(path: string, content: Buffer, kind: Look['kind']): FileFacts {
  const finding = kind === 'link' ? linkFindingOf(path, content) : findingOf(content);
  return { hash: hashOf('blob', content), finding };
}

async function factsOfPieces(pieces: AsyncIterable<Buffer>, bytes: number): Promise<FileFacts> {
  const hash = startHash('blob', bytes);
  const holdsKeySoFar = createKeyFinder();
  let finding: Finding = '';
  for await (const piece of pieces) {
    hash.update(piece);
    if (finding === '' && holdsKeySoFar(piece)) finding = 'private-key';
  }
  return { hash: hash.digest('hex'), finding };
}

function findingOf(content: Buffer): Finding {
  if (holdsPrivateKey(content)) return 'private-key';
  const isPointer =
    content.length < LARGEST_LFS_POINTER && content.toString('latin1', 0, LFS_POINTER.length) === LFS_POINTER;
  return isPointer ? 'lfs-pointer' : '';
}

function linkFindingOf(path: string, content: Buffer): Finding {
  const target = content.toString('utf8');
  const isOutward = isAbsolute(target) || normalize(join(posix.dirname(path), target)).startsWith('..');
  return isOutward ? 'outward-link' : '';
}

/** A link's content is where it leads. Throws ExpectedError where it cannot be read. */
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

/** Whether it is a file, `bytes` long, that does not go through memory as a whole. */
export const isReadInPieces = ({ replaced }: ContentOptions, path: string, bytes: number): boolean =>
  bytes > LARGE_BYTES && !replaced.has(path);

/** The first `bytes` of a file. Throws ExpectedError where it cannot be read, or is shorter. */
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
  return new ExpectedError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Mend it, or ignore it.`);
}

export const changed = (path: string): ExpectedError =>
  new ExpectedError(`${path} changed while the snapshot was taken. Commit again when no program is writing to it.`);
