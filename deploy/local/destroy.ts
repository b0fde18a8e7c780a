// Undoes everything: the VMs end, then the state folder is emptied.
import { createGuard } from './guard';
import type { Clock } from './clock';
import type { Log } from './log';
import { emptyStateFolder, ownerTokenOf, subfolderOf } from './state-folder';

/** Ends the VMs of the state in `folder`, which this process owns, and removes what is in it. */
export async function destroyCloud(folder: string, clock: Clock, log: Log): Promise<void> {
  const { startCompute } = await import('./compute');
  const guard = createGuard(ownerTokenOf(folder));
  const compute = await startCompute({ folder: subfolderOf(folder, 'compute'), port: 0, guard, clock, log });
  try {
    await compute.destroyAll();
  } finally {
    await compute.close();
  }
  emptyStateFolder(folder);
}
