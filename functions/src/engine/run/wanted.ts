// Whether anything still wants the VM of an attempt: one function, on every path that deletes.
import type { RunState } from '@mymlops/protocol';
import { currentAttempt, isUnguarded } from './attempts';

/** True while the VM may stay. What is not wanted is deleted, again and again, until it is proven gone. */
export function isWanted(state: RunState, number: number, nowMs: number): boolean {
  const attempt = state.attempts[number];
  if (!attempt || attempt.goneAt) return false;
  if (!state.end) return number === currentAttempt(state) && !attempt.givenUp && !attempt.insert?.failure;
  if (attempt.stopped || state.end.attempt !== number) return false;
  if (state.publication?.state === 'pending') return true;
  // A cancel after the end releases a machine that is kept.
  return attempt.outcome !== undefined && !isUnguarded(attempt) && !state.cancel && nowMs < keptUntilMs(state);
}

/** End of the time for which the user asked to keep the VM (`-k`); only a run that executed is kept. */
export function keptUntilMs(state: RunState): number {
  return state.end ? Date.parse(state.end.at) + (state.request?.keepSeconds ?? 0) * 1000 : 0;
}
