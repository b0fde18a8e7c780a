// Firestore: slot pools.
import type { SlotPool } from '@mymlops/protocol';

/** `slots/{name}` as stored; `pool` and `version` are undefined while it does not exist. */
export interface StoredPool {
  name: string;
  pool?: SlotPool;
  version?: string;
}

export interface PoolChange {
  stored: StoredPool;
  pool: SlotPool;
}

export interface SlotPools {
  load(name: string): Promise<StoredPool>;
  all(): Promise<StoredPool[]>;
  /** Writes over exactly what was read; false where another write came first. */
  write(change: PoolChange): Promise<boolean>;
}
