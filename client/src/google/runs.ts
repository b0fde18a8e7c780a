// Reads runs from Firestore. Only the functions write them.
import { REMOVED, RUNS, type RunDocument, runInTodaysForm } from '@mymlops/protocol';
import type { Connection } from './connection';
import { type DocumentReader, openCollection } from './documents';

export interface FoundRun {
  run: string;
  document: RunDocument;
}

export interface RunReader extends DocumentReader<RunDocument> {
  /** Newest first. */
  list(limit?: number): Promise<FoundRun[]>;
  /** Those for which something may still need doing, oldest first. */
  live(): Promise<FoundRun[]>;
  /** Retries of `run`, oldest first. */
  retriesOf(run: string): Promise<string[]>;
  /** Any document of the database, such as a sweep's report; null if there is none. */
  document(path: string): Promise<object | null>;
}

export function openRunReader(connection: Connection): RunReader {
  const { reader, newest, ...runs } = openCollection<RunDocument>(connection, {
    name: RUNS,
    tombstones: REMOVED,
    read: (fields) => runInTodaysForm(fields as RunDocument),
  });
  return {
    ...runs,
    list: async (limit) => (await newest({ limit })).map(({ id, document }) => ({ run: id, document })),
    async live() {
      const where = { field: 'live', equals: true };
      const found = await reader.find({ collection: RUNS, where, orderBy: ['__name__'] });
      return found.map(({ id, fields }) => ({ run: id, document: runInTodaysForm(fields as unknown as RunDocument) }));
    },
    async retriesOf(run) {
      const where = { field: 'retryOf', equals: run };
      const found = await reader.find({ collection: RUNS, where, select: ['retryOf'], orderBy: ['__name__'] });
      return found.map(({ id }) => id);
    },
    document: (path) => reader.get(path),
  };
}
