// Temporary files and folders that are removed however the program ends; after kill -9, the next program removes them.
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Context } from '../core/context';
import { removeStaleTempFiles, tempName } from './stale-temp-files';
import { makeTempFolder } from './make-temp-folder';

/** Calls `work` with a new folder in `parent`, and removes it whatever happens. Throws ExpectedError if it cannot be created. */
export async function withTempFolder<T>(
  context: Pick<Context, 'beforeExit'>,
  work: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const folder = await makeTempFolder(tempName('mymlops-temp'), parent);
  const cleaning = removeStaleTempFiles(parent, 'mymlops-temp', (stats) => stats.isDirectory());
  const result = await removedAfter(context, folder, () => work(folder));
  await cleaning;
  return result;
}

/**
 * Removes `path`, a file or a folder, when `work` has ended in any way. Parts of work that failed may still write there, so
 * it is then removed once more when the program exits.
 */
export async function removedAfter<T>(
  context: Pick<Context, 'beforeExit'>,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  const removeNow = (): void => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // A program that outlives this one still writes there.
    }
  };
  context.beforeExit.add(removeNow);
  let isDone = false;
  try {
    const result = await work();
    isDone = true;
    return result;
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    if (isDone) context.beforeExit.delete(removeNow);
  }
}
