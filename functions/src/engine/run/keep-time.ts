// How long the VM of a run stays after the end: until it has pushed, and for as long as the user asked to keep it (`-k`). Pure.
import { currentPeriod, type RunState } from '@mymlops/protocol';
import { lacksTimeLimit } from '../vm/record';

/** Only the VM of the attempt that earned the end may stay, and only while it is on. */
export function staysAfterEnd(state: RunState, number: number, nowMs: number): boolean {
  const attempt = state.attempts[number];
  if (!attempt || state.end?.attempt !== number || currentPeriod(attempt.vm).down) return false;
  if (state.publication?.state === 'pending') return true;
  // A cancel after the end releases a VM that is kept.
  return attempt.outcome !== undefined && !lacksTimeLimit(attempt.vm) && !state.cancel && nowMs < keptUntilMs(state);
}

/** Only a run whose command was executed is kept. 0 before the end. */
export function keptUntilMs({ end, request }: RunState): number {
  return end ? Date.parse(end.at) + (request?.keepSeconds ?? 0) * 1000 : 0;
}
