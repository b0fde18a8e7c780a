// Reads interactive instances from Firestore. Only the functions write them.
import { type InstanceDocument, INSTANCES, REMOVED_INSTANCES } from '@mymlops/protocol';
import type { Connection } from './connection';
import { type DocumentReader, type Found, openCollection } from './documents';

export type FoundInstance = Found<InstanceDocument>;

export interface InstanceReader extends Pick<DocumentReader<InstanceDocument>, 'get' | 'watch' | 'close'> {
  /** By name. Those that are deleted leave a document, which is not among them. */
  list(): Promise<FoundInstance[]>;
}

export function openInstanceReader(connection: Connection): InstanceReader {
  const { reader, get, watch, close } = openCollection<InstanceDocument>(connection, {
    name: INSTANCES,
    tombstones: REMOVED_INSTANCES,
    read: (fields) => fields as InstanceDocument,
  });
  return {
    ...{ get, watch, close },
    async list() {
      const found = await reader.find({ collection: INSTANCES, orderBy: ['__name__'] });
      return found
        .map(({ id, fields }) => ({ id, document: fields as unknown as InstanceDocument }))
        .filter(({ document }) => document.status !== 'deleted');
    },
  };
}
