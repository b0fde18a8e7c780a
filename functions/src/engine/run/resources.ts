// The resources that a run needs: the VM of each attempt on, or absent with its disk. Pure.
import type { RunState } from '@mymlops/protocol';
import { currentPeriod, insertOf, lacksTimeLimit } from '../vm/record';
import type { Resources } from '../vm/resources';
import { currentAttempt } from './attempts';

export function resourcesOf(state: RunState, nowMs: number): Resources {
  const vms = Object.entries(state.attempts).map(([key, { vm }]) => {
    const number = Number(key);
    return { number, vm, wanted: isNeeded(state, number, nowMs) ? ('on' as const) : ('absent' as const) };
  });
  const disks = vms.map(({ number, vm: { name, zone }, wanted }) => ({
    number,
    name,
    zone,
    wanted: wanted === 'on' ? ('kept' as const) : ('absent' as const),
  }));
  return { vms, disks };
}

/** True while the VM may stay. What is not needed is deleted, again and again, until it is proven gone. */
export function isNeeded(state: RunState, number: number, nowMs: number): boolean {
  const attempt = state.attempts[number];
  if (!attempt || attempt.vm.goneAt) return false;
  const { vm } = attempt;
  if (!state.end) return number === currentAttempt(state) && !attempt.givenUp && !insertOf(vm).failure;
  if (currentPeriod(vm).down || state.end.attempt !== number) return false;
  if (state.publication?.state === 'pending') return true;
  // A cancel after the end releases a VM that is kept.
  return attempt.outcome !== undefined && !lacksTimeLimit(vm) && !state.cancel && nowMs < keptUntilMs(state);
}

/** End of the time for which the user asked to keep the VM (`-k`); only a run that executed is kept. */
export function keptUntilMs(state: RunState): number {
  return state.end ? Date.parse(state.end.at) + (state.request?.keepSeconds ?? 0) * 1000 : 0;
}
