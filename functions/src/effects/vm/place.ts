// Chooses where the next VM of a document goes, within its slots.
import { mayComeBack } from '../../engine/vm/failure-lookup';
import { withStart } from '../../engine/vm/record';
import { requestIdOf } from '../../engine/vm/request-id';
import { bestOf, choose, placesOf, type Placing } from '../../engine/vm/zone-choice';
import { chooseProvisioning } from '../../engine/vm/provisioning';
import type { HeldSlots, TerminationAction, VmRecord } from '@mymlops/protocol';
import type { KindState } from '../../engine/kind';
import type { Pool } from '../../engine/slots';
import type { Stored } from '../../ports/documents';
import type { PoolChange } from '../../ports/slots';
import { timestamp, type EffectContext } from '../effect';
import { hasOthers, noteZone, takeSlots } from '../slots';
import { settledBadly } from './failed';

/** The decisions about a VM that come before its zone. */
export interface Plan extends Omit<Placing, 'region' | 'regions'> {
  /** The name of its document's kind. */
  kind: string;
  name: string;
  /** Identify the insert call: a repeat of it has the same parts. */
  requestParts: (string | number)[];
  maxRunDurationSeconds: number;
  terminationAction: TerminationAction;
  keepsDisk?: true;
  pools: readonly Pool[];
}

export type Placed =
  /** Every zone refused in this round; capacity, or quota, may come back. */
  | { stockedOut: true }
  /** No zone will do: a record that shows why. */
  | { refused: VmRecord<never> }
  /** A pool is full. */
  | { waiting: HeldSlots; pools: PoolChange[] }
  | { vm: VmRecord<never>; slots: HeldSlots; pools: PoolChange[] };

/** Writes nothing: the intent is the caller's to write, together with `pools`. */
export async function placeVm(stored: Stored<KindState>, plan: Plan, context: EffectContext): Promise<Placed> {
  const who = { kind: plan.kind, id: stored.id };
  const { machine: spec } = plan;
  const machine = spec.machineType ?? context.settings.machineType;
  const nowMs = context.now();
  const offers = await context.compute.offers({ machineType: machine, accelerator: spec.accelerator?.type });
  const where = { ...plan, ...placesOf(context.settings) };
  const choice = choose(where, offers);
  if ('stockedOut' in choice) return choice;
  const recordIn = (zone: string): VmRecord<never> => intent(plan, { zone, machine }, context);
  if ('exhausted' in choice) {
    const { exhausted: failure } = choice;
    if (mayComeBack(failure) && (await hasOthers(who, context))) return { stockedOut: true };
    return { refused: withStart(recordIn('-'), { settledAt: timestamp(context), failure }) };
  }
  if ('refused' in choice) {
    return { refused: withStart(recordIn('-'), settledBadly(choice.refused, { zone: '-', machine }, context)) };
  }
  const taken = await takeSlots(who, stored.state, plan.pools, context);
  if (!taken.isComplete) return { waiting: taken.slots, pools: taken.changes };
  const isStockedOut = (zone: string): boolean => context.stockedOutZones.has(zone, machine, nowMs);
  const pick = (others: ReadonlyMap<string, number>): string =>
    bestOf(choice.zones, where, { isStockedOut, liveIn: (zone) => others.get(zone) ?? 0 });
  const { zone, changes } = await noteZone(who, taken.changes, pick, context);
  return { vm: recordIn(zone), slots: taken.slots, pools: changes };
}

function intent(
  plan: Plan,
  { zone, machine }: { zone: string; machine: string },
  context: EffectContext,
): VmRecord<never> {
  const { name, terminationAction, keepsDisk, maxRunDurationSeconds } = plan;
  return {
    name,
    zone,
    machine,
    provisioning: chooseProvisioning(plan),
    terminationAction,
    ...(keepsDisk && { keepsDisk }),
    requestId: requestIdOf(...plan.requestParts),
    periods: { 1: { start: { at: timestamp(context), actor: context.actor, maxRunDurationSeconds } } },
  };
}
