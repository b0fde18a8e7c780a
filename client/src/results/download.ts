// Brings result files into a folder: all names are checked before the first is written, contents against their hashes,
// and no link is written or followed.
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context';
import { ExpectedError } from '../errors';
import type { Bucket } from '../google/bucket';
import { untilAborted } from '../interruption';
import { removeLeftOvers, temporaryName } from '../left-over';
import { makeFolders } from '../make-folders';
import { removedAfter } from '../scratch';
import type { ResultFile } from './attempt-results';
import { occupiedPaths, sha256Of } from './occupied';
import { type SortedNames, isGitInternal, sortNames } from './safe-path';

const AT_ONCE = 8;
const SHOWN_PATHS = 5;

export interface Downloaded {
  files: ResultFile[];
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
}

/** Of an interruption the files stay that have come, and no part of one. May be called again. */
export async function downloadResults(results: readonly ResultFile[], options: DownloadOptions): Promise<Downloaded> {
  const { folder, replaces = false } = options;
  const wanted = results.filter(({ path }) => !isGitInternal(path));
  const { safe, refused } = sortNames(wanted.map(({ path }) => path));
  const names = new Set(safe);
  const files = wanted.filter(({ path }) => names.delete(path)); // the first of several
  if (!replaces) refuseOccupied(await occupiedPaths(files, folder), folder);
  makeFolders(folder);
  for (const parent of new Set(files.map(({ path }) => dirname(path)))) {
    await makeParents(folder, parent);
    await removeLeftOvers(join(folder, parent), 'mymlops-part', (stats) => stats.isFile());
  }
  for (let start = 0; start < files.length; start += AT_ONCE) {
    await Promise.all(
      files.slice(start, start + AT_ONCE).map((file, index) => downloadFile(file, String(start + index), options)),
    );
  }
  return { files, refused, leftOut: results.filter(({ path }) => isGitInternal(path)).map(({ path }) => path) };
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
  { context, bucket, folder }: DownloadOptions,
): Promise<void> {
  const target = join(folder, file.path);
  if ((await lstat(target).catch(() => null))?.isDirectory()) {
    throw new ExpectedError(`${target} is in the way: a result has that name.`);
  }
  const part = join(dirname(target), `${temporaryName('mymlops-part')}${number}`);
  await rm(part, { force: true });
  await removedAfter(context, part, async () => {
    await untilAborted(context.interrupted, bucket.download(file.object, part));
    if (file.sha256 !== undefined && (await sha256Of(part)) !== file.sha256) {
      throw new ExpectedError(`${file.path} is not what the machine saved: its hash differs. Pull again.`);
    }
    await rename(part, target);
  });
}
