// As Google's TTL policies: a document is deleted some time after its `expiresAt`.
import type { Timer } from '../shared/clock';
import type { ServiceOptions } from '../shared/service';
import type { Write } from './messages';
import type { FirestoreStore } from './store';
import { toMicros } from './times';

const PERIOD_MS = 3_600_000;
/** Deletions in one commit, which is one entry of the journal. */
const BATCH = 500;

/** Deletes now and every hour. A document that cannot be deleted is tried again the next time. */
export function startExpiry(store: FirestoreStore, { clock, log }: Pick<ServiceOptions, 'clock' | 'log'>): Timer {
  let timer: Timer;
  const arm = (delayMs: number): void => {
    timer = clock.after(delayMs, expire);
  };
  const expire = (): void => {
    arm(PERIOD_MS);
    try {
      deleteExpired(store, clock.now() * 1000);
    } catch (error) {
      log('WARNING', 'expired documents not deleted', { cause: String(error) });
    }
  };
  expire();
  return { cancel: () => timer.cancel() };
}

function deleteExpired(store: FirestoreStore, nowMicros: number): void {
  const expired = new Map<string, Write[]>();
  for (const { name, fields } of store.documents.all()) {
    const expiresAt = fields['expiresAt']?.timestampValue;
    if (!expiresAt || toMicros(expiresAt) > nowMicros) continue;
    const writes = expired.get(name.database) ?? [];
    expired.set(name.database, writes);
    writes.push({ delete: name.full });
  }
  for (const [database, writes] of expired) {
    for (let at = 0; at < writes.length; at += BATCH) store.commit(database, writes.slice(at, at + BATCH));
  }
}
