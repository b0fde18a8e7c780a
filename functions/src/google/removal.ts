// The part of the Runs port that removes a run.
import { removedPath, runPath } from '@mymlops/protocol';
import type { CollectionReference } from '@google-cloud/firestore';
import type { Runs } from '../ports';
import { asStored, isConflict } from './conditions';
import type { Database } from './database';

const PAGE = 300;

export function openRemoval(parts: Database): Pick<Runs, 'removeBelow' | 'remove' | 'isRemoved'> {
  const { library, connect, within } = parts;
  return {
    async removeBelow(run) {
      const document = (await connect()).doc(runPath(run));
      const collections = await within('Firestore collections', document.listCollections());
      for (const collection of collections) await removeDocuments(collection, parts);
    },

    async remove(stored, tombstone) {
      const { Timestamp } = await library();
      const database = await connect();
      const batch = database.batch();
      batch.delete(database.doc(runPath(stored.run)), asStored(stored, Timestamp));
      batch.set(database.doc(removedPath(stored.run)), { ...tombstone });
      try {
        await within('Firestore commit', batch.commit());
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },

    async isRemoved(run) {
      return (await within('Firestore get', (await connect()).doc(removedPath(run)).get())).exists;
    },
  };
}

async function removeDocuments(collection: CollectionReference, { connect, within }: Database): Promise<void> {
  const database = await connect();
  for (;;) {
    const page = await within('Firestore query', collection.select().limit(PAGE).get());
    const batch = database.batch();
    for (const { ref } of page.docs) batch.delete(ref);
    if (page.size > 0) await within('Firestore commit', batch.commit());
    if (page.size < PAGE) return;
  }
}
