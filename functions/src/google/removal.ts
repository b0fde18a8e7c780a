// The part of the Documents port that removes a document.
import type { CollectionReference } from '@google-cloud/firestore';
import type { DocumentSpec } from '../engine/document';
import type { Documents } from '../ports/documents';
import { asStored, isConflict } from './conditions';
import type { Database } from './database';

const PAGE = 300;

export function openRemoval<State>(
  { collection: name, tombstones }: DocumentSpec<State>,
  parts: Database,
): Pick<Documents<State>, 'removeBelow' | 'remove' | 'isRemoved'> {
  const { library, connect, within } = parts;
  return {
    async removeBelow(id) {
      const document = (await connect()).doc(`${name}/${id}`);
      const collections = await within('collections', document.listCollections());
      for (const collection of collections) await removeDocuments(collection, parts);
    },

    async remove(stored, tombstone) {
      const { Timestamp } = await library();
      const database = await connect();
      const batch = database.batch();
      batch.delete(database.doc(`${name}/${stored.id}`), asStored(stored, Timestamp));
      batch.set(database.doc(`${tombstones}/${stored.id}`), { ...tombstone });
      try {
        await within(['delete', 'set'], batch.commit());
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },

    async isRemoved(id) {
      return (await within('get', (await connect()).doc(`${tombstones}/${id}`).get())).exists;
    },
  };
}

async function removeDocuments(collection: CollectionReference, { connect, within }: Database): Promise<void> {
  const database = await connect();
  for (;;) {
    const page = await within('query', collection.select().limit(PAGE).get());
    const batch = database.batch();
    for (const { ref } of page.docs) batch.delete(ref);
    if (page.size > 0) await within(['delete'], batch.commit());
    if (page.size < PAGE) return;
  }
}
