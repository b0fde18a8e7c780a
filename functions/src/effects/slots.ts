// Takes and gives back slots.
import { DEPLOYMENT_POOL, type HeldSlots } from '@mymlops/protocol';
import type { KindState } from '../engine/kind';
import { afterAsking, afterLeaving, afterPlacing, nextInLine, othersByZone, type Pool } from '../engine/slots';
import type { Context } from '../ports/context';
import type { Stored } from '../ports/documents';
import type { PoolChange } from '../ports/slots';
import { timestamp, type EffectContext, type EffectResult } from './effect';

export interface Taken {
  /** There is a slot in every pool. */
  isComplete: boolean;
  slots: HeldSlots;
  /** To be written with it; empty where nothing changes. */
  changes: PoolChange[];
}

/** Asks the pools in turn and stops at the first that is full. Writes nothing. */
export async function takeSlots(
  { id, state }: Stored<KindState>,
  pools: readonly Pool[],
  context: EffectContext,
): Promise<Taken> {
  const held = [...(state.slots?.held ?? [])];
  const changes: PoolChange[] = [];
  for (const { pool: name, max } of pools) {
    if (held.includes(name)) continue;
    const stored = await context.slotPools.load(name);
    const pool = afterAsking(stored.pool, id, max);
    if (pool !== stored.pool) changes.push({ stored, pool });
    if (pool.holders.includes(id)) {
      held.push(name);
      continue;
    }
    const { waiting } = state.slots ?? {};
    const since = waiting?.pool === name ? waiting.since : timestamp(context);
    return { isComplete: false, slots: { held, waiting: { pool: name, since } }, changes };
  }
  return { isComplete: true, slots: { held }, changes };
}

/**
 * Chooses a zone in the light of where the deployment's other VMs are, and notes the choice beside the slot. The first VM
 * reads nothing for it, its slot was taken just now; a later one reads that document.
 */
export async function noteZone(
  id: string,
  changes: readonly PoolChange[],
  pick: (others: ReadonlyMap<string, number>) => string,
  { slotPools }: Pick<Context, 'slotPools'>,
): Promise<{ zone: string; changes: PoolChange[] }> {
  const taken = changes.find(({ stored }) => stored.name === DEPLOYMENT_POOL);
  const stored = taken?.stored ?? (await slotPools.load(DEPLOYMENT_POOL));
  const known = taken?.pool ?? stored.pool;
  const zone = pick(othersByZone(known ?? {}, id));
  const pool = known && afterPlacing(known, id, zone);
  if (!pool || pool === known) return { zone, changes: [...changes] };
  return { zone, changes: [...changes.filter((change) => change !== taken), { stored, pool }] };
}

/** Whether other VMs of the deployment are on, or about to be: they may use up a quota, and give it back. */
export async function hasOthers(id: string, { slotPools }: Pick<Context, 'slotPools'>): Promise<boolean> {
  const { pool } = await slotPools.load(DEPLOYMENT_POOL);
  return othersByZone(pool ?? {}, id).size > 0;
}

/** Gives all slots back and asks for those that were waiting for them. `kind`: its name. */
export async function releaseSlots<State extends KindState>(
  { id, state }: Stored<State>,
  kind: string,
  { slotPools, bus }: Pick<Context, 'slotPools' | 'bus'>,
): Promise<EffectResult<State>> {
  const { held = [], waiting } = state.slots ?? {};
  const pools: PoolChange[] = [];
  for (const name of waiting ? [...held, waiting.pool] : held) {
    const stored = await slotPools.load(name);
    const pool = stored.pool && afterLeaving(stored.pool, id);
    if (pool && pool !== stored.pool) pools.push({ stored, pool });
  }
  return {
    merge: withoutSlots,
    pools,
    async afterCommit() {
      const next = pools.flatMap(({ pool }) => nextInLine(pool));
      for (const other of new Set(next)) await bus.ask({ v: 1, type: 'advance', kind, id: other });
    },
  };
}

function withoutSlots<State extends KindState>(state: State): State {
  const left = { ...state };
  delete left.slots;
  return left;
}

/**
 * Gives back every slot of a document that is known to need none, and asks for those whose turn it is. May be called again;
 * throws where another write came first, to be called again.
 */
export async function freeSlots(
  { id, kind, isPool }: { id: string; kind: string; isPool: (pool: string) => boolean },
  { slotPools, bus }: Pick<Context, 'slotPools' | 'bus'>,
): Promise<void> {
  for (const stored of await slotPools.all()) {
    const pool = stored.pool && isPool(stored.name) ? afterLeaving(stored.pool, id) : undefined;
    if (!pool || pool === stored.pool) continue;
    if (!(await slotPools.write({ stored, pool }))) throw new Error(`slots/${stored.name} was changed meanwhile`);
    for (const next of nextInLine(pool)) await bus.ask({ v: 1, type: 'advance', kind, id: next });
  }
}
