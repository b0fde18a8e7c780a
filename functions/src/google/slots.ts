// Firestore behind the SlotPools port.
import { codeOf } from '@mymlops/google';
import { EARLIER_POOL_FIELDS, poolInTodaysForm, slotPoolPath, SLOTS, type SlotPool } from '@mymlops/protocol';
import type { DocumentSnapshot, Firestore, WriteBatch } from '@google-cloud/firestore';
import type { PoolChange, SlotPools, StoredPool } from '../ports/slots';
import { ALREADY_EXISTS, asStored, isConflict, versionOf } from './conditions';
import type { Database } from './database';
import type * as Libraries from './libraries/firestore';

export function openSlotPools({ connect, library, within }: Database): SlotPools {
  return {
    async load(name) {
      const found = await within('get', (await connect()).doc(slotPoolPath(name)).get());
      return storedFrom(name, found);
    },

    async all() {
      const found = await within('query', (await connect()).collection(SLOTS).get());
      return found.docs.map((document) => storedFrom(document.id, document));
    },

    async write(change) {
      const firestore = await connect();
      const batch = firestore.batch();
      addPool(batch, change, firestore, await library());
      try {
        await within(['create', 'update'], batch.commit());
        return true;
      } catch (error) {
        if (isConflict(error) || codeOf(error) === ALREADY_EXISTS) return false;
        throw error;
      }
    },
  };
}

/** Adds the change to a commit, which fails where the pool is not as it was read. */
export function addPool(
  batch: WriteBatch,
  { stored, pool }: PoolChange,
  firestore: Firestore,
  { FieldValue, Timestamp }: typeof Libraries,
): void {
  const reference = firestore.doc(slotPoolPath(stored.name));
  if (stored.version === undefined) batch.create(reference, { ...pool });
  else {
    const absent = Object.fromEntries(EARLIER_POOL_FIELDS.map((field) => [field, FieldValue.delete()]));
    batch.update(reference, { ...absent, ...pool }, asStored({ version: stored.version }, Timestamp));
  }
}

function storedFrom(name: string, found: DocumentSnapshot): StoredPool {
  const pool = found.data() as SlotPool | undefined;
  return pool ? { name, pool: poolInTodaysForm(pool), version: versionOf(found.updateTime) } : { name };
}
