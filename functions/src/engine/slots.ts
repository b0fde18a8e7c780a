// Who may have a VM: at most `max` holders in a pool, first come first served, whatever their kind. Pure.
import {
  DEPLOYMENT_POOL,
  isSameDocument,
  type DocumentRef,
  type HeldSlots,
  type SlotHolder,
  type SlotPool,
} from '@mymlops/protocol';

/** A pool in which a slot is needed, and how many slots it has by the settings of now. */
export interface Pool {
  pool: string;
  max: number;
}

/**
 * The order in which all kinds take slots: two that took them in different orders could wait for each other for ever. The
 * deployment's pool is the last: who waits for its profile's does not stand before others in the deployment's queue.
 */
export const inOneOrder = (pools: readonly Pool[]): Pool[] =>
  pools.toSorted((left, right) => {
    const [isLeftLast, isRightLast] = [left, right].map(({ pool }) => Number(pool === DEPLOYMENT_POOL));
    return (isLeftLast ?? 0) - (isRightLast ?? 0) || (left.pool < right.pool ? -1 : 1);
  });

const emptyPool = (max: number): SlotPool => ({ v: 1, max, holders: [], queue: [] });

const isIn = (refs: readonly DocumentRef[], who: DocumentRef): boolean =>
  refs.some((other) => isSameDocument(other, who));

const without = <Ref extends DocumentRef>(refs: readonly Ref[], who: DocumentRef): Ref[] =>
  refs.filter((other) => !isSameDocument(other, who));

export const holdsSlot = ({ holders }: SlotPool, who: DocumentRef): boolean => isIn(holders, who);

/** The pool after `who` asked for a slot: it holds one, or stands in the queue. The same object where nothing changed. */
export function afterAsking(known: SlotPool | undefined, who: DocumentRef, max: number): SlotPool {
  const pool = known ?? emptyPool(max);
  if (isIn(pool.holders, who)) return pool;
  const position = pool.queue.findIndex((other) => isSameDocument(other, who));
  const ahead = position < 0 ? pool.queue.length : position;
  if (pool.holders.length + ahead < max) {
    return { ...pool, max, holders: [...pool.holders, who], queue: without(pool.queue, who) };
  }
  return position < 0 || pool.max !== max
    ? { ...pool, max, queue: position < 0 ? [...pool.queue, who] : pool.queue }
    : pool;
}

/** The pool without `who`, holder or not; the same object where it was in neither list. */
export function afterLeaving(pool: SlotPool, who: DocumentRef): SlotPool {
  if (!isIn(pool.holders, who) && !isIn(pool.queue, who)) return pool;
  return { ...pool, holders: without(pool.holders, who), queue: without(pool.queue, who) };
}

/** The pool after `who`, a holder, decided on a zone; the same object where nothing changed. */
export function afterPlacing(pool: SlotPool, who: DocumentRef, zone: string): SlotPool {
  const isNews = pool.holders.some((holder) => isSameDocument(holder, who) && holder.zone !== zone);
  if (!isNews) return pool;
  return {
    ...pool,
    holders: pool.holders.map((holder) => (isSameDocument(holder, who) ? { ...holder, zone } : holder)),
  };
}

/** How many others have, or are about to have, a VM in each zone. */
export function othersByZone(holders: readonly SlotHolder[], who: DocumentRef): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of without(holders, who)) {
    if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}

/** Those whose turn it is, first in the queue first. */
export const nextInLine = ({ max, holders, queue }: SlotPool): DocumentRef[] =>
  queue.slice(0, Math.max(0, max - holders.length));

/** Whether there is a slot, or a place in a queue, to give back. */
export const hasSlots = ({ slots }: { slots?: HeldSlots }): boolean =>
  slots !== undefined && (slots.held.length > 0 || slots.waiting !== undefined);

/** `who` stands in a queue and it is not its turn: whoever leaves calls it. `pools`: those in which it needs a slot. */
export function isStillWaiting(
  who: DocumentRef,
  { slots }: { slots?: HeldSlots },
  pools: readonly Pool[],
  known: ReadonlyMap<string, SlotPool>,
): boolean {
  const { waiting } = slots ?? {};
  const needed = pools.find(({ pool }) => pool === waiting?.pool);
  const pool = needed && known.get(needed.pool);
  if (!needed || !pool || !isIn(pool.queue, who)) return false;
  // The maximum as it is set now: one that was raised lets more in.
  return !isIn(nextInLine({ ...pool, max: needed.max }), who);
}

/** Ids of the documents of a kind that hold or wait for a slot. */
export function idsIn(known: ReadonlyMap<string, SlotPool>, kind: string): Set<string> {
  const all = [...known.values()].flatMap(({ holders, queue }) => [...holders, ...queue]);
  return new Set(all.flatMap((ref) => (ref.kind === kind ? [ref.id] : [])));
}
