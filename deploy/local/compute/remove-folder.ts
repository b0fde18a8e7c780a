// Removes a VM's folder, whatever the VM did to its permissions.
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Removes `folder` and all in it, if it exists. Folders that were made read-only (Go's module cache is) go as well. */
export async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 2 });
  await remove().catch(async () => {
    await run('chmod', ['-R', 'u+rwX', '--', folder]).catch(() => undefined); // the second try says what is wrong
    await remove();
  });
}
