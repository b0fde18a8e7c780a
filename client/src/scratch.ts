// Temporary folders that no way out of the program leaves behind.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context';

/**
 * Lets `work` use a fresh folder, and removes it whatever happens: of work that failed, parts may still write there, and it
 * is removed once more at the program's end.
 */
export async function withScratchFolder<T>(
  context: Pick<Context, 'beforeExit'>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mymlops-'));
  const removeNow = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A program that outlives this one writes there.
    }
  };
  context.beforeExit.add(removeNow);
  let isDone = false;
  try {
    const result = await work(folder);
    isDone = true;
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    if (isDone) context.beforeExit.delete(removeNow);
  }
}
