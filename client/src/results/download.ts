// Downloads result files into a folder. All names are checked before the first file is written, contents are compared with
// their hashes, and no link is written or followed.
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
import { type Place, lookAtPlace, refuseOccupied, sha256Of } from './overwrite-check';
import { type SortedNames, isGitInternal, sortNames } from './safe-path';

const AT_ONCE = 8;

export interface Downloaded {
  files: ResultFile[];
  /** Files that were absent or different before. */
  fetched: ResultFile[];
  /** Files that were left out because they are part of a nested repository. */
  leftOut: string[];
  /** Files that were not written because of their names. */
  refused: SortedNames['refused'];
}

export interface DownloadOptions {
  context: Pick<Context, 'interrupted' | 'beforeExit'>;
  bucket: Pick<Bucket, 'download'>;
  /** Created if it is absent. */
  folder: string;
  /** Replace existing files that differ. Without this, nothing is written if there are any. */
  replaces?: boolean;
  /** The files that earlier pulls wrote, which may be replaced. Files that this pull writes are added. */
  earlier?: Pick<EarlierPulls, 'wrote' | 'add'>;
}

/** After an interruption, complete files stay and partial ones are removed. May be called again; equal files are not fetched. */
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

/** Creates the folders one by one, because each may be an existing link. */
async function makeParents(folder: string, parent: string): Promise<void> {
  let path = folder;
  for (const name of parent === '.' ? [] : parent.split('/')) {
    path = join(path, name);
    const stat = await lstat(path).catch(() => null);
    if (!stat) await mkdir(path);
    else if (!stat.isDirectory())
      throw new ExpectedError(
        `${path} is not a folder, but results need a folder of that name. Choose another folder.`,
      );
  }
}

/** `number` is different for each file. The partial file is beside its target, so that renaming it is one step. */
async function downloadFile(
  file: ResultFile,
  number: string,
  { context, bucket, folder, earlier }: DownloadOptions,
): Promise<void> {
  const target = join(folder, file.path);
  if ((await lstat(target).catch(() => null))?.isDirectory()) {
    throw new ExpectedError(`${target} is a folder, but a result has that name. Choose another folder.`);
  }
  const part = join(dirname(target), `${tempName('mymlops-part')}${number}`);
  await rm(part, { force: true });
  await removedAfter(context, part, async () => {
    await untilAborted(context.interrupted, bucket.download(file.object, part));
    const sha256 = file.sha256 !== undefined || earlier ? await sha256Of(part) : '';
    if (file.sha256 !== undefined && sha256 !== file.sha256) {
      throw new ExpectedError(`${file.path} is not the file that the VM saved: its hash differs. Pull again.`);
    }
    earlier?.add(file.path, sha256);
    await rename(part, target);
  });
}
