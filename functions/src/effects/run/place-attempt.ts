// Chooses where the next attempt goes and writes the intent. The insert is the next action, once the intent is in Firestore.
import { RUN_KIND, vmName, type Attempt, type HeldSlots, type RunState } from '@mymlops/protocol';
import { vmsOf } from '../../engine/run/attempts';
import { poolsOf } from '../../engine/run/pools';
import { afterAllTried, afterPlacement } from '../../engine/vm/capacity';
import { readyCommandOf } from '../../engine/run/ready-command';
import { maxRunDurationSeconds } from '../../engine/run/time-budget';
import { timestamp, type Effect, type EffectResult } from '../effect';
import { inSlots } from '../slots';
import { placeVm } from '../vm/place';
import { newestCheckpoint } from './checkpoint';
import { requestOf } from './request-of';

export const placeAttempt: Effect<RunState> = async (stored, number, context) => {
  const { id, state } = stored;
  const request = requestOf(stored);
  const nowMs = context.now();
  const readyCommand = readyCommandOf(request, request.machine.machineType ?? context.settings.machineType);
  const placed = await placeVm(
    stored,
    {
      kind: RUN_KIND,
      machine: request.machine,
      earlier: vmsOf(state),
      ...(state.capacity && { capacity: state.capacity }),
      name: vmName(context.settings.deployment, id, number),
      requestParts: [id, number],
      maxRunDurationSeconds: maxRunDurationSeconds({ ...request, readyCommand }),
      terminationAction: 'DELETE',
      pools: poolsOf(request, context.settings.maxParallel),
    },
    context,
  );
  if ('stockedOut' in placed) return pause(state, number, nowMs);
  if ('refused' in placed) return begin(number, { vm: { ...placed.refused, goneAt: timestamp(context) } });
  const { pools } = placed;
  if ('waiting' in placed) {
    const { waiting } = placed;
    return pools.length === 0 ? undefined : { merge: (known) => queued(known, waiting, nowMs), pools };
  }
  const checkpoint = await newestCheckpoint(stored, request, context);
  return inSlots(placed, begin(number, { vm: placed.vm, ...(checkpoint && { checkpoint }) }).merge);
};

/** Waiting for a slot is not waiting for capacity: its clock stops. */
function queued(state: RunState, slots: HeldSlots, nowMs: number): RunState {
  const capacity = afterPlacement(state, nowMs);
  return { ...state, slots, ...(capacity && { capacity }) };
}

/** Another invocation may have decided meanwhile, or the user may have cancelled: then its word stands. */
function begin(number: number, attempt: Attempt): EffectResult<RunState> {
  return {
    merge: (state) =>
      isUndecided(state, number) ? { ...state, attempts: { ...state.attempts, [number]: attempt } } : state,
  };
}

/** Unless the run has been paused or queued meanwhile: then its clock is set, or stands still. */
function pause(known: RunState, number: number, nowMs: number): EffectResult<RunState> {
  const isAsKnown = ({ capacity }: RunState): boolean =>
    capacity?.since === known.capacity?.since && capacity?.rounds === known.capacity?.rounds;
  return {
    merge: (state) =>
      isUndecided(state, number) && isAsKnown(state) ? { ...state, capacity: afterAllTried(state, nowMs) } : state,
  };
}

const isUndecided = (state: RunState, number: number): boolean =>
  !state.attempts[number] && !state.cancel && !state.end;
