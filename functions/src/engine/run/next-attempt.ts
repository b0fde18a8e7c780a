// The last attempt was given up, or there was none yet: another one, a pause, or the end. Pure.
import { REASONS, type Reason, type RunEnd, type RunState } from '@mymlops/protocol';
import { timeOf, type Action, type Moment } from './action';
import { attemptsWithVm, currentAttempt, hadVm, newestAttempt } from './attempts';
import { hasWaitedTooLong, isPausing } from '../vm/capacity';
import { inTurn, removals, REMOVAL_MS } from './deletion';
import { hasSlots } from '../slots';

/** VMs that existed. */
const MAX_ATTEMPTS = 3;

export function betweenAttempts(state: RunState, moment: Moment): Action | undefined {
  const end = endBetweenAttempts(state, moment);
  if (end) return { do: 'end', end };
  const last = newestAttempt(state);
  const overAt = last?.insert?.failure ? last.insert.settledAt : last?.givenUp?.at;
  const isRecent = overAt !== undefined && !last?.goneAt && moment.nowMs - Date.parse(overAt) < REMOVAL_MS;
  const removal = inTurn(removals(state, moment), moment);
  if (removal && isRecent) return removal;
  if (hasWaitedTooLong(state, moment.nowMs)) return { do: 'end', end: outOfCapacity(state, timeOf(moment)) };
  if (isPausing(state, moment.nowMs)) return removal ?? release(state);
  return { effect: 'start', attempt: currentAttempt(state) + 1 };
}

/** A run that pauses has no VM and needs no place: others may have what it did not find. */
function release(state: RunState): Action | undefined {
  const allGone = Object.values(state.attempts).every(({ goneAt }) => goneAt);
  return allGone && hasSlots(state) ? { effect: 'release-slots', attempt: currentAttempt(state) } : undefined;
}

function endBetweenAttempts(state: RunState, moment: Moment): RunEnd | undefined {
  const at = timeOf(moment);
  if (state.cancel) {
    return {
      status: 'cancelled',
      reason: 'cancelled-by-user',
      message: REASONS['cancelled-by-user'],
      at,
      ...ofLastVm(state),
    };
  }
  if (moment.refusal !== undefined) return { status: 'failed', reason: 'permission', message: moment.refusal, at };
  const last = newestAttempt(state);
  if (!last?.givenUp || !hadVm(last) || attemptsWithVm(state).length < MAX_ATTEMPTS) return undefined;
  const { reason, message } = last.givenUp;
  return { status: 'failed', reason, message, attempt: currentAttempt(state), at };
}

function outOfCapacity(state: RunState, at: string): RunEnd {
  const message = `${REASONS['no-capacity']} Tried: ${triedText(state)}`;
  return { status: 'failed', reason: 'no-capacity', message, at, ...ofLastVm(state) };
}

/** A run that had a VM shows where its partial results are. */
function ofLastVm({ attempts }: RunState): Pick<RunEnd, 'attempt'> {
  const [last] = Object.entries(attempts)
    .flatMap(([number, attempt]) => (hadVm(attempt) ? [Number(number)] : []))
    .toReversed();
  return last === undefined ? {} : { attempt: last };
}

/** `us-central1-a 12 times, us-east1-b 11 times`. */
function triedText(state: RunState): string {
  const counts = new Map<string, number>();
  const add = (zone: string, times: number): void => void counts.set(zone, (counts.get(zone) ?? 0) + times);
  for (const [zone, reasons] of Object.entries(state.ledger?.zones ?? {})) {
    add(zone, timesOf(reasons));
  }
  for (const { decided, insert } of Object.values(state.attempts)) if (insert?.failure) add(decided.zone, 1);
  const zones = [...counts].toSorted(([, a], [, b]) => b - a);
  return zones.map(([zone, times]) => `${zone} ${times === 1 ? 'once' : `${times} times`}`).join(', ');
}

const timesOf = (reasons: Partial<Record<Reason, number>>): number =>
  Object.values(reasons).reduce((sum, times) => sum + times, 0);
