// Brings result files into a folder: all names are checked before the first is written, contents against their hashes,
// and no link is written or followed.
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import type { Bucket } from '../google/bucket';
import { untilAborted } from '../core/interruption';
import { removeStaleTempFiles, tempName } from '../files/stale-temp-files';
import { makeFolders } from '../files/make-folders';
import { removedAfter } from '../files/temp-folder';
import type { ResultFile } from './attempt-results';
import type { EarlierPulls } from './earlier-pulls';
import { type Place, lookAtPlace, sha256Of } from './places';
import { type SortedNames, isGitInternal, sortNames } from './safe-path';

const AT_ONCE = 8;
const SHOWN_PATHS = 5;

export interface Downloaded {
  files: ResultFile[];
  /** Those that were not there yet as they are. */
  fetched: ResultFile[];
  /** Left out: parts of a nested repository. */
  leftOut: string[];
  /** Not written, for their names. */
  refused: SortedNames['refused'];
}

export interface DownloadOptions {
  context: Pick<Context, 'interrupted' | 'beforeExit'>;
  bucket: Pick<Bucket, 'download'>;
  /** Made where it is absent. */
  folder: string;
  /** Files that are there with other contents are replaced. Without it nothing is written where there are some. */
  replaces?: boolean;
  /** Knows the files that earlier pulls wrote there, which this one replaces, and notes those that this one writes. */
  earlier?: Pick<EarlierPulls, 'wrote' | 'add'>;
}

/** After an interruption the files that have come stay, and no part of one does. May be called again: what is there as it is to be, is not fetched. */
export async function downloadResults(results: readonly ResultFile[], options: DownloadOptions): Promise<Downloaded> {
  const { folder, replaces = false, earlier } = options;
  const wanted = results.filter(({ path }) => !isGitInternal(path));
  const { safe, refused } = sortNames(wanted.map(({ path }) => path));
  const names = new Set(safe);
  const files = wanted.filter(({ path }) => names.delete(path)); // the first of several
  const places = new Map<ResultFile, Place>();
  for (const file of files) places.set(file, await lookAtPlace(file, folder, earlier));
  const occupied = files.filter((file) => places.get(file) === 'other');
  if (!replaces)
    refuseOccupied(
      occupied.map(({ path }) => path),
      folder,
    );
  const fetched = files.filter((file) => places.get(file) !== 'same');
  makeFolders(folder);
  for (const parent of new Set(files.map(({ path }) => dirname(path)))) {
    await makeParents(folder, parent);
    await removeStaleTempFiles(join(folder, parent), 'mymlops-part', (stats) => stats.isFile());
  }
  for (let start = 0; start < fetched.length; start += AT_ONCE) {
    await Promise.all(
      fetched.slice(start, start + AT_ONCE).map((file, index) => downloadFile(file, String(start + index), options)),
    );
  }
  return {
    files,
    fetched,
    refused,
    leftOut: results.filter(({ path }) => isGitInternal(path)).map(({ path }) => path),
  };
}

/** Somebody may have worked on what an earlier pull brought. */
function refuseOccupied(paths: readonly string[], folder: string): void {
  if (paths.length === 0) return;
  const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : '';
  throw new ExpectedError(
    `Nothing was downloaded: ${folder} holds other contents under the names of results: ${paths.slice(0, SHOWN_PATHS).join(', ')}${more}. Name another folder, or replace them with --force.`,
  );
}

/** One by one, as each may be a link that was there before. */
async function makeParents(folder: string, parent: string): Promise<void> {
  let path = folder;
  for (const name of parent === '.' ? [] : parent.split('/')) {
    path = join(path, name);
    const stat = await lstat(path).catch(() => null);
    if (!stat) await mkdir(path);
    else if (!stat.isDirectory())
      throw new ExpectedError(`${path} is in the way: results go into a folder of that name.`);
  }
}

/** `number`: of no other file. The part lies beside its target, as only there it can take its place in one step. */
async function downloadFile(
  file: ResultFile,
  number: string,
  { context, bucket, folder, earlier }: DownloadOptions,
): Promise<void> {
  const target = join(folder, file.path);
  if ((await lstat(target).catch(() => null))?.isDirectory()) {
    throw new ExpectedError(`${target} is in the way: a result has that name.`);
  }
  const part = join(dirname(target), `${tempName('mymlops-part')}${number}`);
  await rm(part, { force: true });
  await removedAfter(context, part, async () => {
    await untilAborted(context.interrupted, bucket.download(file.object, part));
    const sha256 = file.sha256 !== undefined || earlier ? await sha256Of(part) : '';
    if (file.sha256 !== undefined && sha256 !== file.sha256) {
      throw new ExpectedError(`${file.path} is not what the machine saved: its hash differs. Pull again.`);
    }
    earlier?.add(file.path, sha256);
    await rename(part, target);
  });
}
