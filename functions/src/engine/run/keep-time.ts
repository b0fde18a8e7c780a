// How long the VM of a run stays after the end: until it has pushed, and for as long as the user asked to keep it (`-k`). Pure.
import { currentPeriod, type RunState } from '@mymlops/protocol';
import { lacksTimeLimit } from '../vm/record';

/** Only the VM of the attempt that earned the end may stay, and only while it is on. */
export function staysAfterEnd(state: RunState, number: number, nowMs: number): boolean {
  const attempt = state.attempts[number];
  if (!attempt || state.end?.attempt !== number || currentPeriod(attempt.vm).down) return false;
  if (state.publication?.state === 'pending') return true;
  return nowMs < Date.parse(keptUntil(state) ?? '');
}

/** End of the time for which the VM stays for its user, ISO 8601; undefined if none stays. */
export function keptUntil({ end, request, cancel, attempts }: RunState): string | undefined {
  const earner = end?.attempt === undefined ? undefined : attempts[end.attempt];
  const seconds = request?.keepSeconds ?? 0;
  // Only a VM that has executed is kept. A cancel after the end releases it.
  if (!end || !earner?.outcome || seconds === 0 || cancel) return undefined;
  const { vm } = earner;
  if (vm.goneAt || currentPeriod(vm).down || lacksTimeLimit(vm)) return undefined;
  return new Date(Date.parse(end.at) + seconds * 1000).toISOString();
}
