// A VM for the requested period: the one that has the disk is opened another period, which starts it; without one, a zone is
// chosen for a new VM. Writes the intent: the call is the next action.
import { INSTANCE_KIND, instanceVmName, type HeldSlots, type InstanceState, type VmRecord } from '@mymlops/protocol';
import { INSTANCE_POOL } from '../../engine/instance/pools';
import { isPlaced, isWanted, workVm } from '../../engine/instance/readings';
import { afterAllTried, afterPlacement } from '../../engine/vm/capacity';
import { openPeriod } from '../../engine/vm/record';
import type { Stored } from '../../ports/documents';
import type { PoolChange } from '../../ports/slots';
import { timestamp, type Effect, type EffectContext, type EffectResult } from '../effect';
import { inSlots, takeSlots } from '../slots';
import { placeVm } from '../vm/place';

export const placeInstance: Effect<InstanceState> = async (stored, number, context) => {
  return workVm(stored.state) ? startAgain(stored, number, context) : placeNew(stored, number, context);
};

async function startAgain(
  { id, state }: Stored<InstanceState>,
  number: number,
  context: EffectContext,
): Promise<EffectResult<InstanceState> | undefined> {
  const pools = [{ pool: INSTANCE_POOL, max: context.settings.maxInstances }];
  const { isComplete, slots, changes } = await takeSlots({ kind: INSTANCE_KIND, id }, state, pools, context);
  if (!isComplete) return waiting(slots, changes, context);
  const start = {
    at: timestamp(context),
    actor: context.actor,
    maxRunDurationSeconds: state.spec?.maxSeconds ?? 0,
  };
  const { started } = state;
  return inSlots({ slots, pools: changes }, (known) => {
    const vm = known.vms[number];
    if (!vm || !mayBegin(known, started)) return known;
    // Its user may have chosen another one since.
    const machine = known.spec?.machine.machineType ?? context.settings.machineType;
    return { ...known, current: started, vms: { ...known.vms, [number]: { ...openPeriod(vm, start), machine } } };
  });
}

async function placeNew(
  stored: Stored<InstanceState>,
  number: number,
  context: EffectContext,
): Promise<EffectResult<InstanceState> | undefined> {
  const { id, state } = stored;
  const { spec, uid, started } = state;
  if (!spec || uid === undefined) throw new Error(`instance ${id} has no specification`);
  const placed = await placeVm(
    stored,
    {
      kind: INSTANCE_KIND,
      machine: spec.machine,
      earlier: Object.values(state.vms),
      ...(state.capacity && { capacity: state.capacity }),
      name: instanceVmName(context.settings.deployment, id, uid, number),
      requestParts: [INSTANCE_KIND, id, uid, number],
      maxRunDurationSeconds: spec.maxSeconds,
      terminationAction: 'STOP',
      keepsDisk: true,
      pools: [{ pool: INSTANCE_POOL, max: context.settings.maxInstances }],
    },
    context,
  );
  const nowMs = context.now();
  if ('stockedOut' in placed) {
    return {
      merge: (known) => (mayBegin(known, started) ? { ...known, capacity: afterAllTried(known, nowMs) } : known),
    };
  }
  if ('waiting' in placed) return waiting(placed.waiting, placed.pools, context);
  const begin =
    (vm: VmRecord<never>) =>
    (known: InstanceState): InstanceState =>
      mayBegin(known, started)
        ? { ...known, current: started, vmCount: number, vms: { ...known.vms, [number]: vm } }
        : known;
  if ('refused' in placed) {
    const goneAt = timestamp(context);
    return { merge: begin({ ...placed.refused, goneAt, diskGoneAt: goneAt }) };
  }
  return inSlots(placed, begin(placed.vm));
}

/** Waiting for a slot is not waiting for capacity: its clock stops. */
function waiting(
  slots: HeldSlots,
  pools: PoolChange[],
  context: EffectContext,
): EffectResult<InstanceState> | undefined {
  if (pools.length === 0) return undefined;
  return {
    merge(known) {
      const capacity = afterPlacement(known, context.now());
      return { ...known, slots, ...(capacity && { capacity }) };
    },
    pools,
  };
}

/** Another invocation may have decided meanwhile, or its user have stopped or deleted it: then their word stands. */
const mayBegin = (state: InstanceState, started: number): boolean =>
  isWanted(state) && !isPlaced(state) && state.started === started;
