// Reads runs. Only the functions write them.
import { FieldPath, Firestore } from '@google-cloud/firestore';
import { openFirestore } from '@mymlops/google';
import { EVENTS, RUNS, type RunDocument, isRunId, removedPath, runInTodaysForm, runPath } from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';

export interface StoredRun {
  run: string;
  document: RunDocument;
}

export interface StoredEvent {
  id: string;
  fields: Record<string, unknown>;
}

export interface Runs {
  /** Null where there is no such run (yet). */
  get(run: string): Promise<RunDocument | null>;
  /** There was such a run, and `rm` took it. */
  isRemoved(run: string): Promise<boolean>;
  /** Newest first. */
  list(limit?: number): Promise<StoredRun[]>;
  /** Ids that hold `part`, newest first. */
  idsWith(part: string): Promise<string[]>;
  /** Runs that do `run` again, oldest first. */
  retriesOf(run: string): Promise<string[]>;
  /** Every state the run goes through from now on, the present one first; null while there is none. Returns what ends it. */
  watch(run: string, onState: (document: RunDocument | null) => void, onError: (error: Error) => void): () => void;
  /** In the order of their ids: by attempt, then as they were written. */
  events(run: string): Promise<StoredEvent[]>;
  /** Any document of the database, such as what a sweep wrote; null where there is none. */
  document(path: string): Promise<object | null>;
  close(): Promise<void>;
}

/** Ids sort by time too, but Firestore cannot scan names downwards. Among equal times it goes on by id. */
const NEWEST_FIRST = ['submittedAt', 'desc'] as const;

export function openRuns(connection: Connection): Runs {
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
      // When Firestore deletes it is no part of what was reported.
      return found.docs.map((event) => {
        const { expiresAt: _expiresAt, ...fields } = event.data();
        return { id: event.id, fields };
      });
    },
    async document(path) {
      return (await answered(firestore.doc(path).get())).data() ?? null;
    },
    async close() {
      // Under a call that is still tried again, the library throws where nobody can catch it.
      if (open === 0) await firestore.terminate();
    },
  };
}
