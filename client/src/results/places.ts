// Compares a result with the existing file of its name: by content, with the hash that is known.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ResultFile } from './attempt-results';
import type { EarlierPulls } from './earlier-pulls';

/** `earlier`: an older state of the result, written by a pull and unchanged since. `other`: a file of the user. */
export type Place = 'free' | 'same' | 'earlier' | 'other';

export async function lookAtPlace(
  file: ResultFile,
  folder: string,
  earlier?: Pick<EarlierPulls, 'wrote'>,
): Promise<Place> {
  const place = join(folder, file.path);
  const stat = await lstat(place).catch(() => null);
  if (!stat) return 'free';
  if (!stat.isFile()) return 'other';
  if (stat.size === file.size && (await holdsSame(file, place))) return 'same';
  return earlier?.wrote(file.path, await sha256Of(place)) ? 'earlier' : 'other';
}

/** Compares with the manifest's hash if there is one, else with the bucket's hash. */
async function holdsSame({ sha256, md5 }: ResultFile, place: string): Promise<boolean> {
  if (sha256 !== undefined) return (await sha256Of(place)) === sha256;
  return md5 !== undefined && (await hashOf(place, 'md5')).toString('base64') === md5;
}

export const sha256Of = async (file: string): Promise<string> => (await hashOf(file, 'sha256')).toString('hex');

async function hashOf(file: string, algorithm: 'sha256' | 'md5'): Promise<Buffer> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest();
}
