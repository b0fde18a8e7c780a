// Deletes a local cloud: its VMs end, then its state folder is emptied.
import { join } from 'node:path';
import type { Log } from './shared/log';
import { emptyStateFolder } from './state/state-folder';

/** Ends the VMs of the state in `folder`, which this process has locked, and removes everything in it. */
export async function destroyCloud(folder: string, log: Log): Promise<void> {
  const { destroyVms } = await import('./compute/destroy');
  await destroyVms(join(folder, 'compute'), log);
  emptyStateFolder(folder);
}
