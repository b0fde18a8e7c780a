// Who may have a VM: at most `max` holders in a pool, first come first served. Pure.
import type { HeldSlots, SlotPool } from '@mymlops/protocol';

/** A pool in which a slot is needed, and how many slots it has by the settings of now. */
export interface Pool {
  pool: string;
  max: number;
}

const emptyPool = (max: number): SlotPool => ({ v: 1, max, holders: [], queue: [] });

/** The pool after `id` asked for a slot: it holds one, or stands in the queue. The same object where nothing changed. */
export function afterAsking(known: SlotPool | undefined, id: string, max: number): SlotPool {
  const pool = known ?? emptyPool(max);
  if (pool.holders.includes(id)) return pool;
  const position = pool.queue.indexOf(id);
  const ahead = position < 0 ? pool.queue.length : position;
  if (pool.holders.length + ahead < max) {
    return { ...pool, max, holders: [...pool.holders, id], queue: pool.queue.filter((other) => other !== id) };
  }
  return position < 0 || pool.max !== max
    ? { ...pool, max, queue: position < 0 ? [...pool.queue, id] : pool.queue }
    : pool;
}

/** The pool without `id`, holder or not; the same object where it was in neither list. */
export function afterLeaving(pool: SlotPool, id: string): SlotPool {
  if (!pool.holders.includes(id) && !pool.queue.includes(id)) return pool;
  const others = (ids: readonly string[]): string[] => ids.filter((other) => other !== id);
  const zones = { ...pool.zones };
  delete zones[id];
  return { ...pool, holders: others(pool.holders), queue: others(pool.queue), ...(pool.zones && { zones }) };
}

/** The pool after `id`, a holder, decided on a zone; the same object where nothing changed. */
export function afterPlacing(pool: SlotPool, id: string, zone: string): SlotPool {
  if (!pool.holders.includes(id) || pool.zones?.[id] === zone) return pool;
  return { ...pool, zones: { ...pool.zones, [id]: zone } };
}

/** How many others have, or are about to have, a VM in each zone. */
export function othersByZone({ zones = {} }: Pick<SlotPool, 'zones'>, id: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [other, zone] of Object.entries(zones)) {
    if (other !== id) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}

/** Those whose turn it is, first in the queue first. */
export const nextInLine = ({ max, holders, queue }: SlotPool): string[] =>
  queue.slice(0, Math.max(0, max - holders.length));

/** Whether there is a slot, or a place in a queue, to give back. */
export const hasSlots = ({ slots }: { slots?: HeldSlots }): boolean =>
  slots !== undefined && (slots.held.length > 0 || slots.waiting !== undefined);

/** `id` stands in a queue and it is not its turn: whoever leaves calls it. `pools`: those in which it needs a slot. */
export function isStillWaiting(
  id: string,
  { slots }: { slots?: HeldSlots },
  pools: readonly Pool[],
  known: ReadonlyMap<string, SlotPool>,
): boolean {
  const { waiting } = slots ?? {};
  const needed = pools.find(({ pool }) => pool === waiting?.pool);
  const pool = needed && known.get(needed.pool);
  if (!needed || !pool?.queue.includes(id)) return false;
  // The maximum as it is set now: one that was raised lets more in.
  return !nextInLine({ ...pool, max: needed.max }).includes(id);
}

/** Ids that hold or wait for a slot in one of the pools that `isPool` knows. */
export function idsIn(known: ReadonlyMap<string, SlotPool>, isPool: (pool: string) => boolean): Set<string> {
  const pools = [...known].filter(([name]) => isPool(name));
  return new Set(pools.flatMap(([, { holders, queue }]) => [...holders, ...queue]));
}
