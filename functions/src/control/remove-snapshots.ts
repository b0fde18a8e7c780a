// Deletes the snapshots that no document names: a page of them at a time. When one may go is the rule of engine/snapshots.ts.
import type { RemoveSnapshotsRequest } from '@mymlops/protocol';
import { isPastItsRequests } from '../engine/snapshots';
import type { StoredSnapshot } from '../ports/snapshots';
import type { ControlContext } from './kind';

/** Each of them is a query. */
const PAGE = 100;

/**
 * May be called any number of times. A commit that finds its snapshot in the bucket in the very moment of the removal fails in
 * its first phase; the next commit of the same folder sends the snapshot again.
 */
export async function removeSnapshots({ after }: RemoveSnapshotsRequest, context: ControlContext): Promise<void> {
  const page = await context.snapshots.list(after, PAGE);
  for (const found of page) await removeUnnamed(found, context);
  const last = page.at(-1);
  if (last && page.length === PAGE) await context.bus.ask({ v: 1, type: 'remove-snapshots', after: last.object });
}

/** The failure of one holds up no other: the next round comes to it again. */
async function removeUnnamed(found: StoredSnapshot, context: ControlContext): Promise<void> {
  const { object, generation } = found;
  const { kinds, documents, snapshots, log } = context;
  if (!isPastItsRequests(found, context.now())) return;
  try {
    for (const kind of kinds) if (await documents(kind.documents).isNamed(object)) return;
    log('INFO', 'deleting a snapshot that no document names', { object });
    await snapshots.remove(object, generation);
  } catch (error) {
    log('ERROR', 'a snapshot could not be looked at or deleted', { object, cause: String(error) });
  }
}
