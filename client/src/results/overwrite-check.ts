// Which existing files a download may replace: those with the same content, and those that an earlier pull wrote and nobody has
// changed since. Contents are compared by the hash that is known.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '../core/errors';
import type { ResultFile } from './attempt-results';
import type { EarlierPulls } from './earlier-pulls';

const SHOWN_PATHS = 5;

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

/** Throws ExpectedError for files of the user: they may be ones of an earlier pull that the user has edited. */
export function refuseOccupied(paths: readonly string[], folder: string): void {
  if (paths.length === 0) return;
  const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : '';
  throw new ExpectedError(
    `Nothing was downloaded: these files in ${folder} differ from the results: ${paths.slice(0, SHOWN_PATHS).join(', ')}${more}. Choose another folder, or overwrite with --force.`,
  );
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
