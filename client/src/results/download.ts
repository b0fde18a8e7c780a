// Brings result files into a folder: all names are checked before the first is written, contents against their hashes,
// and no link is written or followed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '../errors';
import type { Bucket } from '../google/bucket';
import type { ResultFile } from './attempt-results';
import { isGitInternal, refusalOfNames } from './safe-path';

const AT_ONCE = 8;

export interface Downloaded {
  files: ResultFile[];
  /** Left out: parts of a nested repository. */
  leftOut: string[];
}

/** `folder` is made where it is absent. Files of the same name are replaced. */
export async function downloadResults(
  bucket: Bucket,
  results: readonly ResultFile[],
  folder: string,
): Promise<Downloaded> {
  const files = results.filter(({ path }) => !isGitInternal(path));
  const refusal = refusalOfNames(files.map(({ path }) => path));
  if (refusal) throw new ExpectedError(`The results were not downloaded: ${refusal}.`);
  await mkdir(folder, { recursive: true });
  for (const parent of new Set(files.map(({ path }) => dirname(path)))) await makeFolders(folder, parent);
  for (let start = 0; start < files.length; start += AT_ONCE) {
    await Promise.all(files.slice(start, start + AT_ONCE).map((file) => downloadFile(bucket, file, folder)));
  }
  return { files, leftOut: results.filter(({ path }) => isGitInternal(path)).map(({ path }) => path) };
}

/** One by one, as each may be a link that was there before. */
async function makeFolders(folder: string, parent: string): Promise<void> {
  let path = folder;
  for (const name of parent === '.' ? [] : parent.split('/')) {
    path = join(path, name);
    const stat = await lstat(path).catch(() => null);
    if (!stat) await mkdir(path);
    else if (!stat.isDirectory())
      throw new ExpectedError(`${path} is in the way: results go into a folder of that name.`);
  }
}

async function downloadFile(bucket: Bucket, file: ResultFile, folder: string): Promise<void> {
  const target = join(folder, file.path);
  if ((await lstat(target).catch(() => null))?.isDirectory()) {
    throw new ExpectedError(`${target} is in the way: a result has that name.`);
  }
  const part = `${target}.part-${process.pid}`;
  await rm(part, { force: true });
  try {
    await bucket.download(file.object, part);
    if (file.sha256 !== undefined && (await sha256Of(part)) !== file.sha256) {
      throw new ExpectedError(`${file.path} is not what the machine saved: its hash differs. Pull again.`);
    }
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
