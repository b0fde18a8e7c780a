// Reads the documents of a collection whose ids begin with a time: runs, and builds of images. Only the functions write them.
import { EVENTS, isRunId, tokenFor } from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';
import { type FirestoreReader, openReader } from './firestore-reader';
import { restOnGoogle, restOnThisComputer } from './rest';
import type { Watcher } from './watcher';

export interface Found<D> {
  id: string;
  document: D;
}

export interface StoredEvent {
  id: string;
  fields: Record<string, unknown>;
}

/** Documents of one collection, by their ids. `D`: in the form of today. */
export interface DocumentReader<D> {
  /** Null if there is no such document (yet). */
  get(id: string): Promise<D | null>;
  /** Whether there was such a document and its user removed it. */
  isRemoved(id: string): Promise<boolean>;
  /** Ids that contain `part`, newest first. */
  idsWith(part: string): Promise<string[]>;
  /** Reports of its VMs, ordered by their ids: by attempt, then by time. */
  events(id: string): Promise<StoredEvent[]>;
  /** Calls `onState` with the current state and every later one; null while there is none. Returns a function that stops it. */
  watch(id: string, onState: (document: D | null) => void, onError: (error: Error) => void): () => void;
  close(): Promise<void>;
}

export interface Collection<D> {
  name: string;
  /** Where the deployment remembers that a document was removed. */
  tombstones: string;
  /** The fields as Firestore has them, in the form of today. */
  read(fields: object): D;
}

/** For what only one kind of document has. */
export interface OpenedCollection<D> extends DocumentReader<D> {
  /** Reads the whole database. */
  reader: FirestoreReader;
  /** Newest first. `select`: only these fields; by default all. */
  newest(options: { limit?: number | undefined; select?: readonly string[] }): Promise<Found<D>[]>;
}

const HOST = 'firestore.googleapis.com';

export function openCollection<D>(connection: Connection, collection: Collection<D>): OpenedCollection<D> {
  const { names, endpoints } = connection;
  const reader = openReader({
    rest: endpoints
      ? restOnThisComputer(endpoints.firestore, tokenFor('firestore', endpoints))
      : restOnGoogle(HOST, names.project),
    ...names,
    answered: (call) => within(connection, 'Firestore', call),
  });
  const pathOf = (id: string): string => `${collection.name}/${id}`;
  // Ids also sort by time, but Firestore cannot scan names in descending order. Equal times are ordered by id.
  const newestFirst = { collection: collection.name, orderBy: ['submittedAt', '__name__'], isDescending: true };
  let watcher: Promise<Watcher> | undefined;
  const loadWatcher = (): Promise<Watcher> =>
    (watcher ??= import('./watcher').then(({ openWatcher }) => openWatcher(connection)));
  return {
    reader,
    async get(id) {
      const found = await reader.get(pathOf(id));
      return found && collection.read(found);
    },
    isRemoved: async (id) => (await reader.get(`${collection.tombstones}/${id}`)) !== null,
    async newest({ limit, select }) {
      const found = await reader.find({ ...newestFirst, ...(select && { select }), ...(limit && { limit }) });
      return found.map(({ id, fields }) => ({ id, document: collection.read(fields) }));
    },
    async idsWith(part) {
      if (isRunId(part)) return [part];
      const found = await reader.find({ ...newestFirst, select: ['submittedAt'] });
      return found.map(({ id }) => id).filter((id) => id.includes(part));
    },
    async events(id) {
      const found = await reader.find({ collection: `${pathOf(id)}/${EVENTS}`, orderBy: ['__name__'] });
      // The time of the deletion by Firestore is not part of the report.
      return found.map(({ id: event, fields: { expiresAt: _expiresAt, ...fields } }) => ({ id: event, fields }));
    },
    watch(id, onState, onError) {
      const show = (fields: object | null): void => onState(fields && collection.read(fields));
      let isStopped = false;
      let stop = (): void => undefined;
      loadWatcher().then(
        (loaded) => isStopped || (stop = loaded.watch(pathOf(id), show, onError)),
        (error: Error) => isStopped || onError(error),
      );
      return () => {
        isStopped = true;
        stop();
      };
    },
    close: async () => (await watcher)?.close(),
  };
}
