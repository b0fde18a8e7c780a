// Reads runs from Firestore. Only the functions write them.
import { FieldPath, Firestore } from '@google-cloud/firestore';
import { openFirestore } from '@mymlops/google';
import { EVENTS, RUNS, type RunDocument, isRunId, removedPath, runInTodaysForm, runPath } from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';

export interface FoundRun {
  run: string;
  document: RunDocument;
}

export interface StoredEvent {
  id: string;
  fields: Record<string, unknown>;
}

export interface RunReader {
  /** Null if there is no such run (yet). */
  get(run: string): Promise<RunDocument | null>;
  /** Whether there was such a run and `rm` removed it. */
  isRemoved(run: string): Promise<boolean>;
  /** Newest first. */
  list(limit?: number): Promise<FoundRun[]>;
  /** Ids that contain `part`, newest first. */
  idsWith(part: string): Promise<string[]>;
  /** Retries of `run`, oldest first. */
  retriesOf(run: string): Promise<string[]>;
  /** Calls `onState` with the current state and every later one; null while there is no run. Returns a function that stops it. */
  watch(run: string, onState: (document: RunDocument | null) => void, onError: (error: Error) => void): () => void;
  /** Ordered by their ids: by attempt, then by time. */
  events(run: string): Promise<StoredEvent[]>;
  /** Any document of the database, such as a sweep's report; null if there is none. */
  document(path: string): Promise<object | null>;
  close(): Promise<void>;
}

/** Ids also sort by time, but Firestore cannot scan names in descending order. Equal times are ordered by id. */
const NEWEST_FIRST = ['submittedAt', 'desc'] as const;

export function openRunReader(connection: Connection): RunReader {
  const firestore = openFirestore({ Firestore }, connection.names, connection.endpoints);
  let open = 0;
  const answered = async <T>(call: Promise<T>): Promise<T> => {
    open++;
    const settled = call.finally(() => open--);
    return within(connection, 'Firestore', settled);
  };
  const runs = firestore.collection(RUNS);
  return {
    async get(run) {
      const found = await answered(firestore.doc(runPath(run)).get());
      return found.exists ? runInTodaysForm(found.data() as RunDocument) : null;
    },
    isRemoved: async (run) => (await answered(firestore.doc(removedPath(run)).get())).exists,
    async list(limit) {
      const query = runs.orderBy(...NEWEST_FIRST);
      const found = await answered((limit === undefined ? query : query.limit(limit)).get());
      return found.docs.map((document) => ({
        run: document.id,
        document: runInTodaysForm(document.data() as RunDocument),
      }));
    },
    async idsWith(part) {
      if (isRunId(part)) return [part];
      const found = await answered(
        runs
          .orderBy(...NEWEST_FIRST)
          .select('submittedAt')
          .get(),
      );
      return found.docs.map(({ id }) => id).filter((id) => id.includes(part));
    },
    async retriesOf(run) {
      const found = await answered(runs.where('retryOf', '==', run).select('retryOf').get());
      return found.docs.map(({ id }) => id).toSorted();
    },
    watch: (run, onState, onError) =>
      firestore
        .doc(runPath(run))
        .onSnapshot((found) => onState(found.exists ? runInTodaysForm(found.data() as RunDocument) : null), onError),
    async events(run) {
      const found = await answered(
        firestore
          .collection(`${runPath(run)}/${EVENTS}`)
          .orderBy(FieldPath.documentId())
          .get(),
      );
      // The time of the deletion by Firestore is not part of the report.
      return found.docs.map((event) => {
        const { expiresAt: _expiresAt, ...fields } = event.data();
        return { id: event.id, fields };
      });
    },
    async document(path) {
      return (await answered(firestore.doc(path).get())).data() ?? null;
    },
    async close() {
      // The library retries open calls; after `terminate` these would throw outside of any call.
      if (open === 0) await firestore.terminate();
    },
  };
}
