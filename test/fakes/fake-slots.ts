// Slot pools in memory.
import type { PoolChange, SlotPools, StoredPool } from '../../functions/src/ports/slots';
import { frozenCopyOf } from './copy';
import type { FakeGoogle, Gate } from './fake-google';

function storedPool({ pools }: FakeGoogle, name: string): StoredPool {
  const found = pools.get(name);
  return found ? { name, pool: found.pool, version: String(found.version) } : { name };
}

/** Each is as it was read. */
export const arePoolsUnchanged = ({ pools }: FakeGoogle, changes: readonly PoolChange[]): boolean =>
  changes.every(({ stored }) => {
    const found = pools.get(stored.name);
    return (found && String(found.version)) === stored.version;
  });

export function writePool({ pools }: FakeGoogle, { stored, pool }: PoolChange): void {
  pools.set(stored.name, { pool: frozenCopyOf(pool), version: Number(stored.version ?? 0) + 1 });
}

export function fakeSlots(google: FakeGoogle, gate: Gate): SlotPools {
  return {
    load: (name) => gate('slots.load', () => storedPool(google, name)),
    all: () => gate('slots.all', () => [...google.pools.keys()].map((name) => storedPool(google, name))),
    write: (change) =>
      gate('slots.write', () => {
        if (!arePoolsUnchanged(google, [change])) return false;
        writePool(google, change);
        return true;
      }),
  };
}
