// Files of a folder that a download would replace.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ResultFile } from './attempt-results';

/** Those of `files` whose place in `folder` is taken by something else than the same content. */
export async function occupiedPaths(files: readonly ResultFile[], folder: string): Promise<string[]> {
  const occupied: string[] = [];
  for (const { path, size, sha256 } of files) {
    const place = join(folder, path);
    const stat = await lstat(place).catch(() => null);
    if (!stat) continue;
    const isSame = stat.isFile() && stat.size === size && (await sha256Of(place)) === sha256;
    if (!isSame) occupied.push(path);
  }
  return occupied;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
