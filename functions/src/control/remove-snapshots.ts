// Deletes the snapshots that no document has named for days: a page of them at a time. When one may go is the rule of
// engine/snapshots.ts.
import { cutText, type RemoveSnapshotsRequest } from '@mymlops/protocol';
import { snapshotStep } from '../engine/snapshots';
import type { StoredSnapshot } from '../ports/snapshots';
import type { ControlContext } from './kind';

/** Each of them is a query. */
const PAGE = 100;
const MAX_CAUSE_LENGTH = 500;

/** May be called any number of times, and by several at once. */
export async function removeSnapshots(
  { since, after }: RemoveSnapshotsRequest,
  context: ControlContext,
): Promise<void> {
  const page = await context.snapshots.list(after, PAGE);
  for (const found of page) {
    await lookAt(found, since, context).catch((error: unknown) => {
      // It holds up no other: the next round comes to it again.
      const cause = cutText(String(error), MAX_CAUSE_LENGTH);
      context.log('ERROR', 'a snapshot could not be looked at or deleted', { object: found.object, cause });
    });
  }
  const last = page.at(-1);
  if (last && page.length === PAGE)
    await context.bus.ask({ v: 1, type: 'remove-snapshots', since, after: last.object });
}

async function lookAt(
  { object, generation, createdAt }: StoredSnapshot,
  since: string,
  { kinds, documents, snapshots, snapshotCandidates, now, log }: ControlContext,
): Promise<void> {
  const candidate = await snapshotCandidates.load(object);
  let isNamed = false;
  for (const kind of kinds) isNamed ||= await documents(kind.documents).isNamed(object);
  switch (snapshotStep({ createdAt, generation, isNamed, candidate }, since, now())) {
    case 'mark':
      return snapshotCandidates.mark({ v: 1, object, generation, markedAt: new Date(now()).toISOString() });
    case 'unmark':
      return snapshotCandidates.drop(object);
    case 'remove':
      log('INFO', 'deleting a snapshot that no document names', { object });
      await snapshots.remove(object, generation);
      return snapshotCandidates.drop(object);
    case 'keep':
  }
}
