// Chooses where the next attempt goes and writes the intent. The insert is the next action, once the intent is in Firestore.
import { vmName, type Attempt, type CommitRequest, type RunState, type Slots } from '@mymlops/protocol';
import { afterDryRound, afterPlacement } from '../../engine/vm/capacity';
import { maxRunDurationSeconds } from '../../engine/vm/insert-body';
import { bestOf, choose, chooseProvisioning } from '../../engine/vm/placement';
import type { CloudFailure, StoredRun } from '../../ports';
import { requestIdOf } from '../../engine/vm/request-id';
import { requestOf, timestamp, type Acting, type Exchange, type Merge } from '../effect';
import { settledBadly } from '../vm/insert-failure';
import { newestCheckpoint } from './checkpoint';
import { askForSlots, placed } from '../slots';

export async function start(stored: StoredRun, number: number, acting: Acting): Promise<Merge | Exchange | undefined> {
  const request = requestOf(stored);
  const machine = request.instance.machineType ?? acting.vm.machineType;
  const nowMs = acting.now();
  const offers = await acting.cloud.offers({ machineType: machine, accelerator: request.instance.accelerator?.type });
  const choice = choose(stored.state, request, offers);
  if ('dry' in choice) return pause(stored.state, number, nowMs);
  const intend = (zone: string): Attempt['decided'] => intent(stored, request, { number, zone, machine }, acting);
  if ('refused' in choice) return begin(number, nowhere(intend('-'), choice.refused, acting));
  const seats = await askForSlots(stored, request, acting);
  const { slots } = seats;
  if (!seats.isComplete) {
    return seats.limits.length === 0
      ? undefined
      : { merge: (state) => queued(state, slots, nowMs), limits: seats.limits };
  }
  const isCold = (zone: string): boolean => acting.stockouts.isCold(zone, machine, nowMs);
  const pick = (others: ReadonlyMap<string, number>): string =>
    bestOf(choice.zones, stored.state, { isCold, liveIn: (zone) => others.get(zone) ?? 0 });
  const { zone, limits } = await placed(stored.run, seats.limits, pick, acting);
  const checkpoint = await newestCheckpoint(stored, request, acting);
  const merge = begin(number, { decided: { ...intend(zone), ...(checkpoint && { checkpoint }) } });
  return limits.length === 0 ? merge : { merge: (state) => ({ ...merge(state), slots }), limits };
}

/** Waiting for a slot is not waiting for capacity: its clock stops. */
function queued(state: RunState, slots: Slots, nowMs: number): RunState {
  const capacity = afterPlacement(state, nowMs);
  return { ...state, slots, ...(capacity && { capacity }) };
}

function intent(
  stored: StoredRun,
  request: CommitRequest,
  { number, zone, machine }: { number: number; zone: string; machine: string },
  acting: Acting,
): Attempt['decided'] {
  return {
    at: timestamp(acting),
    actor: acting.actor,
    zone,
    machine,
    provisioning: chooseProvisioning(request, stored.state),
    vm: vmName(acting.vm.deployment, stored.run, number),
    requestId: requestIdOf(stored.run, number),
    maxRunDurationSeconds: maxRunDurationSeconds(request),
  };
}

/** No zone will do: an attempt that shows why. */
function nowhere(decided: Attempt['decided'], refused: CloudFailure, acting: Acting): Attempt {
  return { decided, ...settledBadly(refused, decided, acting), goneAt: timestamp(acting) };
}

/** Another invocation may have decided meanwhile, or the user may have cancelled: then its word stands. */
function begin(number: number, attempt: Attempt): Merge {
  return (state) =>
    isUndecided(state, number) ? { ...state, attempts: { ...state.attempts, [number]: attempt } } : state;
}

/** Unless the run has been paused or queued meanwhile: then its clock is set, or stands still. */
function pause(known: RunState, number: number, nowMs: number): Merge {
  const isAsKnown = ({ capacity }: RunState): boolean =>
    capacity?.since === known.capacity?.since && capacity?.rounds === known.capacity?.rounds;
  return (state) =>
    isUndecided(state, number) && isAsKnown(state) ? { ...state, capacity: afterDryRound(state, nowMs) } : state;
}

const isUndecided = (state: RunState, number: number): boolean =>
  !state.attempts[number] && !state.cancel && !state.end;
