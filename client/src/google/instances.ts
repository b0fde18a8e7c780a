// Reads interactive instances from Firestore. Only the functions write them.
import { type InstanceDocument, INSTANCES, REMOVED_INSTANCES } from '@mymlops/protocol';
import type { Connection } from './connection';
import { type DocumentReader, type Found, openCollection } from './documents';

export type FoundInstance = Found<InstanceDocument>;

export interface InstanceReader extends Pick<DocumentReader<InstanceDocument>, 'get' | 'watch' | 'close'> {
  /** By name. Those that are deleted leave a document, which is not among them. */
  list(): Promise<FoundInstance[]>;
}

/** Those that need no work of the functions. */
const NOT_LIVE: readonly InstanceDocument['status'][] = ['stopped', 'failed'];

export function openInstanceReader(connection: Connection): InstanceReader {
  const { reader, get, watch, close } = openCollection<InstanceDocument>(connection, {
    name: INSTANCES,
    tombstones: REMOVED_INSTANCES,
    read: (fields) => fields as InstanceDocument,
  });
  return {
    ...{ get, watch, close },
    async list() {
      const all = new Map<string, InstanceDocument>();
      const add = async (field: string, equals: string | boolean): Promise<void> => {
        const found = await reader.find({ collection: INSTANCES, where: { field, equals }, orderBy: ['__name__'] });
        for (const { id, fields } of found) all.set(id, fields as unknown as InstanceDocument);
      };
      // Names that were deleted stay for ever, and are not read. One that is started meanwhile is in the second answer.
      await Promise.all(NOT_LIVE.map((status) => add('status', status)));
      await add('live', true);
      return [...all]
        .map(([id, document]) => ({ id, document }))
        .filter(({ document }) => document.status !== 'deleted')
        .toSorted((left, right) => (left.id < right.id ? -1 : 1));
    },
  };
}
