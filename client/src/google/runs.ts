// Reads runs from Firestore. Only the functions write them.
import {
  EVENTS,
  RUNS,
  type RunDocument,
  isRunId,
  removedPath,
  runInTodaysForm,
  runPath,
  tokenFor,
} from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';
import { openReader } from './firestore-reader';
import { restOnGoogle, restOnThisComputer } from './rest';
import type { Watcher } from './watcher';

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
const NEWEST_FIRST = { collection: RUNS, orderBy: ['submittedAt', '__name__'], isDescending: true };
const HOST = 'firestore.googleapis.com';

export function openRunReader(connection: Connection): RunReader {
  const { names, endpoints } = connection;
  const reader = openReader({
    rest: endpoints
      ? restOnThisComputer(endpoints.firestore, tokenFor('firestore', endpoints))
      : restOnGoogle(HOST, names.project),
    ...names,
    answered: (call) => within(connection, 'Firestore', call),
  });
  let watcher: Promise<Watcher> | undefined;
  const loadWatcher = (): Promise<Watcher> =>
    (watcher ??= import('./watcher').then(({ openWatcher }) => openWatcher(connection)));
  return {
    async get(run) {
      const found = await reader.get(runPath(run));
      return found && runInTodaysForm(found as unknown as RunDocument);
    },
    isRemoved: async (run) => (await reader.get(removedPath(run))) !== null,
    async list(limit) {
      const found = await reader.find({ ...NEWEST_FIRST, limit });
      return found.map(({ id, fields }) => ({
        run: id,
        document: runInTodaysForm(fields as unknown as RunDocument),
      }));
    },
    async idsWith(part) {
      if (isRunId(part)) return [part];
      const found = await reader.find({ ...NEWEST_FIRST, select: ['submittedAt'] });
      return found.map(({ id }) => id).filter((id) => id.includes(part));
    },
    async retriesOf(run) {
      const where = { field: 'retryOf', equals: run };
      const found = await reader.find({ collection: RUNS, where, select: ['retryOf'], orderBy: ['__name__'] });
      return found.map(({ id }) => id);
    },
    watch(run, onState, onError) {
      const show = (fields: object | null): void => onState(fields && runInTodaysForm(fields as RunDocument));
      let isStopped = false;
      let stop = (): void => undefined;
      loadWatcher().then(
        (loaded) => isStopped || (stop = loaded.watch(runPath(run), show, onError)),
        (error: Error) => isStopped || onError(error),
      );
      return () => {
        isStopped = true;
        stop();
      };
    },
    async events(run) {
      const found = await reader.find({ collection: `${runPath(run)}/${EVENTS}`, orderBy: ['__name__'] });
      // The time of the deletion by Firestore is not part of the report.
      return found.map(({ id, fields: { expiresAt: _expiresAt, ...fields } }) => ({ id, fields }));
    },
    document: (path) => reader.get(path),
    close: async () => (await watcher)?.close(),
  };
}
