// Temporary folders that no way out of the program leaves behind.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context';

/** Lets `work` use a fresh folder, and removes it whatever happens. */
export async function withScratchFolder<T>(
  context: Pick<Context, 'beforeExit'>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mymlops-'));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  context.beforeExit.add(removeNow);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    context.beforeExit.delete(removeNow);
  }
}
