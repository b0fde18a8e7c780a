// Temporary files and folders that no way out of the program leaves behind, and that the next one removes after kill -9.
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Context } from '../core/context';
import { removeStaleTempFiles, tempName } from './stale-temp-files';
import { makeTempFolder } from './make-temp-folder';

/** Lets `work` use a fresh folder in `parent`, and removes it whatever happens. Throws ExpectedError where none can be made. */
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
 * Removes `path`, a file or a folder, when `work` is done, whatever came of it: of work that failed, parts may still write
 * there, and it is removed once more at the program's end.
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
      // A program that outlives this one writes there.
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
