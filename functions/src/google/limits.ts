// The part of the Runs port that keeps limits.
import { codeOf } from '@mymlops/google';
import { limitPath, LIMITS, type Limit } from '@mymlops/protocol';
import type { DocumentSnapshot, Firestore, Timestamp, WriteBatch } from '@google-cloud/firestore';
import type { LimitChange, Runs, StoredLimit } from '../ports';
import { ALREADY_EXISTS, asStored, isConflict, versionOf } from './conditions';
import type { Database } from './database';

export function openLimits({ connect, library, within }: Database): Pick<Runs, 'loadLimit' | 'limits' | 'writeLimit'> {
  return {
    async loadLimit(scope) {
      const found = await within('Firestore get', (await connect()).doc(limitPath(scope)).get());
      return storedOf(scope, found);
    },

    async limits() {
      const found = await within('Firestore query', (await connect()).collection(LIMITS).get());
      return found.docs.map((document) => storedOf(document.id, document));
    },

    async writeLimit(change) {
      const firestore = await connect();
      const batch = firestore.batch();
      addLimit(batch, change, firestore, (await library()).Timestamp);
      try {
        await within('Firestore commit', batch.commit());
        return true;
      } catch (error) {
        if (isConflict(error) || codeOf(error) === ALREADY_EXISTS) return false;
        throw error;
      }
    },
  };
}

/** Adds the change to a commit, which fails where the limit is not as it was read. */
export function addLimit(
  batch: WriteBatch,
  { stored, limit }: LimitChange,
  firestore: Firestore,
  timestamp: typeof Timestamp,
): void {
  const reference = firestore.doc(limitPath(stored.scope));
  if (stored.version === undefined) batch.create(reference, { ...limit });
  else batch.update(reference, { ...limit }, asStored({ version: stored.version }, timestamp));
}

function storedOf(scope: string, found: DocumentSnapshot): StoredLimit {
  const limit = found.data() as Limit | undefined;
  return limit ? { scope, limit, version: versionOf(found.updateTime) } : { scope };
}
