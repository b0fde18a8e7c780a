// Firestore in memory: writes are conditioned on what was read, and several documents change together or not at all.
import type { DocumentSpec, Summary } from '../../functions/src/engine/document';
import type { Documents, DocumentStores, Stored } from '../../functions/src/ports/documents';
import { frozenCopyOf, isSameData } from './copy';
import { arePoolsUnchanged, writePool } from './fake-slots';
import type { FakeGoogle, Gate, KeptDocument } from './fake-google';
import { inPages, pageAfter } from './pages';

/** Gates are named after the collection: `runs.load`. */
export function fakeDocuments(google: FakeGoogle, gate: Gate): DocumentStores {
  const opened = new Map<string, unknown>();
  return <State extends object>(spec: DocumentSpec<State>) => {
    const store = opened.get(spec.collection) ?? documentsOf(spec, google, gate);
    opened.set(spec.collection, store);
    return store as Documents<State>;
  };
}

function documentsOf<State extends object>(
  { collection, tombstones }: DocumentSpec<State>,
  google: FakeGoogle,
  gate: Gate,
): Documents<State> {
  const kept = google.collection<State>(collection);
  const removed = google.tombstones(tombstones);
  const storedFrom = (id: string, { state, version, updatedAt }: KeptDocument<State>): Stored<State> => ({
    id,
    state,
    version: String(version),
    updatedAt,
  });
  const call = <T>(name: string, work: () => T): Promise<T> => gate(`${collection}.${name}`, work);
  const now = (): string => new Date(google.nowMs).toISOString();
  return {
    load: (id) =>
      call('load', () => {
        const found = kept.get(id);
        return found && storedFrom(id, found);
      }),
    create: (id, state, summary) =>
      call('create', () => {
        if (removed.has(id)) return 'removed';
        if (kept.has(id)) return 'exists';
        kept.set(id, { state: frozenCopyOf(state), summary: frozenCopyOf(summary), version: 1, updatedAt: now() });
        return 'created';
      }),
    removeBelow: () => call('removeBelow', () => google.events.clear()),
    remove: (stored, tombstone) =>
      call('remove', () => {
        if (String(kept.get(stored.id)?.version) !== stored.version) return false;
        kept.delete(stored.id);
        removed.set(stored.id, tombstone);
        return true;
      }),
    isRemoved: (id) => call('isRemoved', () => removed.has(id)),
    update: (stored, state, summary, { audit, archived = {}, pools = [] } = {}) =>
      call('update', () => {
        const found = kept.get(stored.id);
        if (!found || String(found.version) !== stored.version) return false;
        if (!arePoolsUnchanged(google, pools)) return false;
        for (const change of pools) writePool(google, change);
        if (audit && !google.events.has(audit.id)) google.events.set(audit.id, frozenCopyOf(audit.document));
        // A write that changes nothing leaves the update time as it is.
        const isNews = !isSameData(found.state, state);
        for (const [key, one] of Object.entries(archived))
          google.archived.set(`${stored.id}/${key}`, frozenCopyOf(one));
        kept.set(stored.id, {
          state: frozenCopyOf(state),
          summary: frozenCopyOf(summary),
          version: found.version + (isNews ? 1 : 0),
          updatedAt: now(),
        });
        return true;
      }),
    live() {
      const size = google.pageSize;
      return inPages(size, idOf, (after) =>
        call('live', () => {
          const live = [...kept].flatMap(([id, document]) => (document.summary.live ? [storedFrom(id, document)] : []));
          return pageAfter(live, idOf, { size, after });
        }),
      );
    },
    hasLive: () => call('hasLive', () => [...kept.values()].some(({ summary }) => summary.live)),
    isNamed: (object) =>
      call('isNamed', () => [...kept.values()].some(({ summary }) => summary.snapshot?.includes(object))),
    expired: (at, limit) =>
      call('expired', () =>
        [...kept].flatMap(([id, { summary }]) => (isOver(summary, at) ? [id] : [])).slice(0, limit),
      ),
  };
}

const idOf = ({ id }: { id: string }): string => id;

const isOver = ({ removeAfter }: Summary, at: string): boolean => removeAfter !== undefined && removeAfter <= at;
