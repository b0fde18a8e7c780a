// Takes and gives back slots.
import { DEPLOYMENT_POOL, isSameDocument, type DocumentRef, type HeldSlots } from '@mymlops/protocol';
import type { KindState } from '../engine/kind';
import {
  afterAsking,
  afterLeaving,
  afterPlacing,
  holdsSlot,
  inOneOrder,
  nextInLine,
  othersByZone,
  type Pool,
} from '../engine/slots';
import type { Context } from '../ports/context';
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
  who: DocumentRef,
  { slots: known }: Pick<KindState, 'slots'>,
  pools: readonly Pool[],
  context: EffectContext,
): Promise<Taken> {
  const held = [...(known?.held ?? [])];
  const changes: PoolChange[] = [];
  for (const { pool: name, max } of inOneOrder(pools)) {
    if (held.includes(name)) continue;
    const stored = await context.slotPools.load(name);
    const pool = afterAsking(stored.pool, who, max);
    const isHolder = holdsSlot(pool, who);
    // A slot that an earlier document of that name has left, too: written, so that nobody frees it meanwhile.
    if (isHolder || pool !== stored.pool) changes.push({ stored, pool });
    if (isHolder) {
      held.push(name);
      continue;
    }
    const { waiting } = known ?? {};
    const since = waiting?.pool === name ? waiting.since : timestamp(context);
    return { isComplete: false, slots: { held, waiting: { pool: name, since } }, changes };
  }
  return { isComplete: true, slots: { held }, changes };
}

/**
 * The result of what begins in its slots. Those that were just taken are written with it; where all were held before, it is merged
 * into the newest document, and another invocation may have given them back: then it does not begin.
 */
export function inSlots<State extends KindState>(
  { slots, pools }: { slots: HeldSlots; pools: PoolChange[] },
  begun: (known: State) => State,
): EffectResult<State> {
  if (pools.length > 0) return { merge: (known) => ({ ...begun(known), slots }), pools };
  const areHeld = ({ slots: known }: State): boolean => slots.held.every((pool) => known?.held.includes(pool));
  return { merge: (known) => (areHeld(known) ? begun(known) : known) };
}

/**
 * Chooses a zone in the light of where the deployment's other VMs are, and notes the choice beside the slot. The first VM
 * reads nothing for it, its slot was taken just now; a later one reads that document.
 */
export async function noteZone(
  who: DocumentRef,
  changes: readonly PoolChange[],
  pick: (others: ReadonlyMap<string, number>) => string,
  { slotPools }: Pick<Context, 'slotPools'>,
): Promise<{ zone: string; changes: PoolChange[] }> {
  const taken = changes.find(({ stored }) => stored.name === DEPLOYMENT_POOL);
  const stored = taken?.stored ?? (await slotPools.load(DEPLOYMENT_POOL));
  const known = taken?.pool ?? stored.pool;
  const zone = pick(othersByZone(known?.holders ?? [], who));
  const pool = known && afterPlacing(known, who, zone);
  if (!pool || pool === known) return { zone, changes: [...changes] };
  return { zone, changes: [...changes.filter((change) => change !== taken), { stored, pool }] };
}

/** Whether other VMs of the deployment are on, or about to be: they may use up a quota, and give it back. */
export async function hasOthers(who: DocumentRef, { slotPools }: Pick<Context, 'slotPools'>): Promise<boolean> {
  const { pool } = await slotPools.load(DEPLOYMENT_POOL);
  return othersByZone(pool?.holders ?? [], who).size > 0;
}

/** Gives all slots back and asks for those that were waiting for them, whatever their kind. */
export async function releaseSlots<State extends KindState>(
  who: DocumentRef,
  { slots }: State,
  { slotPools, bus }: Pick<Context, 'slotPools' | 'bus'>,
): Promise<EffectResult<State>> {
  const { held = [], waiting } = slots ?? {};
  const pools: PoolChange[] = [];
  for (const name of waiting ? [...held, waiting.pool] : held) {
    const stored = await slotPools.load(name);
    const pool = stored.pool && afterLeaving(stored.pool, who);
    if (pool && pool !== stored.pool) pools.push({ stored, pool });
  }
  return {
    merge: withoutSlots,
    pools,
    async afterCommit() {
      await askFor(
        pools.flatMap(({ pool }) => nextInLine(pool)),
        bus,
      );
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
  who: DocumentRef,
  { slotPools, bus }: Pick<Context, 'slotPools' | 'bus'>,
): Promise<void> {
  for (const stored of await slotPools.all()) {
    const pool = stored.pool && afterLeaving(stored.pool, who);
    if (!pool || pool === stored.pool) continue;
    if (!(await slotPools.write({ stored, pool }))) throw new Error(`slots/${stored.name} was changed meanwhile`);
    await askFor(nextInLine(pool), bus);
  }
}

/** Each once, though it may be its turn in two pools. */
async function askFor(turn: readonly DocumentRef[], bus: Context['bus']): Promise<void> {
  const asked: DocumentRef[] = [];
  for (const { kind, id } of turn) {
    if (asked.some((other) => isSameDocument(other, { kind, id }))) continue;
    asked.push({ kind, id });
    await bus.ask({ v: 1, type: 'advance', kind, id });
  }
}
