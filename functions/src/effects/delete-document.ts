// Deletes all that a document left: objects, what lies below it, then the document. Every step may be repeated; a crash
// between two is finished by the next `advance`, because the document, which says that it is to go, goes last.
import { REMOVED_DAYS } from '@mymlops/protocol';
import type { Kind, KindState } from '../engine/kind';
import type { Context } from '../ports/context';
import type { Stored } from '../ports/documents';

const DAY_MS = 86_400_000;

/** May be called any number of times, also at once. Throws on transient trouble. */
export async function deleteDocument<State extends KindState>(
  kind: Kind<State>,
  stored: Stored<State>,
  { by, at }: { by: string; at: string },
  {
    documents,
    resultsBucket,
    liveBucket,
    now,
    log,
  }: Pick<Context, 'documents' | 'resultsBucket' | 'liveBucket' | 'now' | 'log'>,
): Promise<void> {
  const { id } = stored;
  const store = documents(kind.documents);
  await liveBucket.removeAll(kind.objectsOf(id));
  await resultsBucket.removeAll(kind.objectsOf(id));
  await store.removeBelow(id);
  const expiresAt = new Date(now() + REMOVED_DAYS * DAY_MS);
  if (await store.remove(stored, { v: 1, by, at, expiresAt })) log('INFO', 'removed', { kind: kind.name, id });
}
