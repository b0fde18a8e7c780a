// The last attempt was given up, or there was none yet: another one, a pause, or the end. Pure.
import {
  CAUSES,
  DEFAULT_QUEUE_LIMIT_SECONDS,
  NEXT_STEPS,
  REASONS,
  type Reason,
  type RunEnd,
  type RunState,
} from '@mymlops/protocol';
import { inTurn, timeOf, type Moment } from '../action';
import { hasSlots } from '../slots';
import { hasWaitedTooLong, isPausing } from '../vm/capacity';
import { deletions, REMOVAL_MS } from '../vm/deletion-steps';
import { hasExisted, insertOf } from '../vm/record';
import type { RunAction } from './action';
import { attemptsWithVm, currentAttempt, newestAttempt, vmsOf } from './attempts';
import { resourcesOf } from './needed-vms';
import { sentences } from './join-sentences';

/** VMs that existed. */
export const MAX_ATTEMPTS = 3;

export function nextAttempt(state: RunState, moment: Moment): RunAction | undefined {
  const end = endBefore(state, moment);
  if (end) return { do: 'end', end };
  const last = newestAttempt(state);
  const insert = last && insertOf(last.vm);
  const overAt = insert?.failure ? insert.settledAt : last?.givenUp?.at;
  const isRecent = overAt !== undefined && !last?.vm.goneAt && moment.nowMs - Date.parse(overAt) < REMOVAL_MS;
  const deletion = inTurn(deletions(resourcesOf(state, moment.nowMs), moment), moment);
  if (deletion && isRecent) return deletion;
  // An older client does not say.
  const queueLimitSeconds = state.request?.queueLimitSeconds ?? DEFAULT_QUEUE_LIMIT_SECONDS;
  if (hasWaitedTooLong(state, queueLimitSeconds, moment.nowMs))
    return { do: 'end', end: outOfCapacity(state, timeOf(moment)) };
  if (isPausing(state, moment.nowMs)) return deletion ?? release(state);
  return { effect: 'place', vm: currentAttempt(state) + 1 };
}

/** A run that pauses has no VM and needs no slot: others may have what it did not find. */
function release(state: RunState): RunAction | undefined {
  const areGone = vmsOf(state).every(({ goneAt }) => goneAt);
  return areGone && hasSlots(state) ? { effect: 'release-slots', vm: currentAttempt(state) } : undefined;
}

function endBefore(state: RunState, moment: Moment): RunEnd | undefined {
  const at = timeOf(moment);
  if (state.cancel) {
    return {
      status: 'cancelled',
      reason: 'cancelled-by-user',
      message: CAUSES['cancelled-by-user'],
      at,
      ...ofLastVm(state),
    };
  }
  if (moment.refusal !== undefined) return { status: 'failed', reason: 'permission', message: moment.refusal, at };
  const last = newestAttempt(state);
  if (!last?.givenUp || !hasExisted(last.vm) || attemptsWithVm(state).length < MAX_ATTEMPTS) return undefined;
  const { reason, message } = last.givenUp;
  const why = sentences(message, 'No attempts are left.', NEXT_STEPS[reason]);
  return { status: 'failed', reason, message: why, attempt: currentAttempt(state), at };
}

function outOfCapacity(state: RunState, at: string): RunEnd {
  const tried = triedText(state);
  const last = newestAttempt(state);
  // Every zone failed in another way: it did not answer, for one.
  if (last?.givenUp && insertOf(last.vm).failure && !hadStockout(state)) {
    const { reason, message } = last.givenUp;
    const why = sentences('No VM came within queue_limit', `Tried: ${tried}`, message);
    return { status: 'failed', reason, message: why, at, ...ofLastVm(state) };
  }
  const zones = tried || 'none, because the zones that may have the machine type were down';
  const message = `${REASONS['no-capacity']} Tried: ${zones}`;
  return { status: 'failed', reason: 'no-capacity', message, at, ...ofLastVm(state) };
}

function hadStockout(state: RunState): boolean {
  const earlier = Object.values(state.archive?.zones ?? {});
  const failures = vmsOf(state).map((vm) => insertOf(vm).failure?.reason);
  return failures.includes('no-capacity') || earlier.some((reasons) => reasons['no-capacity'] !== undefined);
}

/** A run that had a VM shows where its partial results are. */
function ofLastVm({ attempts }: RunState): Pick<RunEnd, 'attempt'> {
  const [last] = Object.entries(attempts)
    .flatMap(([number, attempt]) => (hasExisted(attempt.vm) ? [Number(number)] : []))
    .toReversed();
  return last === undefined ? {} : { attempt: last };
}

/** `us-central1-a 12 times, us-east1-b 11 times`. */
function triedText(state: RunState): string {
  const counts = new Map<string, number>();
  const add = (zone: string, times: number): void => void counts.set(zone, (counts.get(zone) ?? 0) + times);
  for (const [zone, reasons] of Object.entries(state.archive?.zones ?? {})) {
    add(zone, timesOf(reasons));
  }
  for (const vm of vmsOf(state)) if (insertOf(vm).failure) add(vm.zone, 1);
  const zones = [...counts].toSorted(([, a], [, b]) => b - a);
  return zones.map(([zone, times]) => `${zone} ${times === 1 ? 'once' : `${times} times`}`).join(', ');
}

const timesOf = (reasons: Partial<Record<Reason, number>>): number =>
  Object.values(reasons).reduce((sum, times) => sum + times, 0);
