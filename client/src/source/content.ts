// What files hold, read from disk as it is: no filter, no line endings of git's.
import { readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, normalize, posix } from 'node:path';
import { ExpectedError } from '../errors';
import type { Candidate } from './candidates';
import type { FactsCache, FileFacts, Finding } from './facts-cache';
import { hashOf } from './git-objects';
import { lookAt } from './look';
import { holdsPrivateKey } from './secrets';

/** Files read at the same time. */
const AT_ONCE = 32;
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
  for (let start = 0; start < unknown.length; start += AT_ONCE) {
    await Promise.all(
      unknown.slice(start, start + AT_ONCE).map(async (index) => {
        const candidate = candidates[index];
        if (candidate) facts[index] = await readFacts(options, candidate, cache);
      }),
    );
  }
  return facts.filter((found) => found !== undefined);
}

async function readFacts(options: ContentOptions, { path, look }: Candidate, cache: FactsCache): Promise<FileFacts> {
  const readAt = Date.now();
  const isLink = look.kind === 'link';
  const content = await readContent(options, path, isLink);
  const finding = isLink ? linkFindingOf(path, content) : findingOf(content);
  const facts = { hash: hashOf('blob', content), finding };
  if (options.replaced.has(path)) return facts;
  const after = lookAt(join(options.folder, path));
  const isAtRest = after && after.mtimeMs === look.mtimeMs && after.ctimeMs === look.ctimeMs && after.ino === look.ino;
  if (isAtRest) cache.learn(path, look, readAt, facts);
  return facts;
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
    throw new ExpectedError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Mend it, or ignore it.`,
    );
  }
}
