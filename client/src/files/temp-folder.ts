// Temporary files and folders that no way out of the program leaves behind, and that the next one removes after kill -9.
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Context } from '../core/context';
import { removeLeftOvers, temporaryName } from './stale-temp-files';
import { makeTemporaryFolder } from './make-temp-folder';

/** Lets `work` use a fresh folder in `parent`, and removes it whatever happens. Throws ExpectedError where none can be made. */
export async function withScratchFolder<T>(
  context: Pick<Context, 'beforeExit'>,
  work: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const folder = await makeTemporaryFolder(temporaryName('mymlops-scratch'), parent);
  const cleaning = removeLeftOvers(parent, 'mymlops-scratch', (stats) => stats.isDirectory());
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
