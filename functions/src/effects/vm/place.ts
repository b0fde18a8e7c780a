// Chooses where the next VM of a document goes, within its slots.
import { requestIdOf } from '../../engine/vm/request-id';
import { bestOf, choose, chooseProvisioning, type Placing } from '../../engine/vm/placement';
import type { HeldSlots, TerminationAction, VmRecord } from '@mymlops/protocol';
import type { KindState } from '../../engine/kind';
import type { Pool } from '../../engine/slots';
import type { CloudFailure } from '../../ports/compute';
import type { Stored } from '../../ports/documents';
import type { PoolChange } from '../../ports/slots';
import { timestamp, type EffectContext } from '../effect';
import { noteZone, takeSlots } from '../slots';

/** The decisions about a VM that come before its zone. */
export interface Plan extends Placing {
  name: string;
  /** Identify the insert call: a repeat of it has the same parts. */
  requestParts: (string | number)[];
  maxRunDurationSeconds: number;
  terminationAction: TerminationAction;
  keepsDisk?: true;
  pools: readonly Pool[];
}

export type Placed =
  /** Every zone was tried in this round. */
  | { stockedOut: true }
  /** No zone will do: a record that shows why. */
  | { refused: CloudFailure; vm: VmRecord<never> }
  /** A pool is full. */
  | { waiting: HeldSlots; pools: PoolChange[] }
  | { vm: VmRecord<never>; slots: HeldSlots; pools: PoolChange[] };

/** Writes nothing: the intent is the caller's to write, together with `pools`. */
export async function placeVm(stored: Stored<KindState>, plan: Plan, context: EffectContext): Promise<Placed> {
  const { machine: spec } = plan;
  const machine = spec.machineType ?? context.settings.machineType;
  const nowMs = context.now();
  const offers = await context.compute.offers({ machineType: machine, accelerator: spec.accelerator?.type });
  const choice = choose(plan, offers);
  if ('stockedOut' in choice) return choice;
  const recordIn = (zone: string): VmRecord<never> => intent(plan, { zone, machine }, context);
  if ('refused' in choice) return { refused: choice.refused, vm: recordIn('-') };
  const taken = await takeSlots(stored, plan.pools, context);
  if (!taken.isComplete) return { waiting: taken.slots, pools: taken.changes };
  const isStockedOut = (zone: string): boolean => context.stockedOutZones.has(zone, machine, nowMs);
  const pick = (others: ReadonlyMap<string, number>): string =>
    bestOf(choice.zones, plan, { isStockedOut, liveIn: (zone) => others.get(zone) ?? 0 });
  const { zone, changes } = await noteZone(stored.id, taken.changes, pick, context);
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
