// Which VMs a run needs, and until when: the VM of each attempt on, or absent with its disk. Pure.
import type { RunState } from '@mymlops/protocol';
import { insertOf } from '../vm/record';
import { withDisks, type Resources } from '../vm/resources';
import { currentAttempt } from './attempts';
import { staysAfterEnd } from './keep-time';

export function resourcesOf(state: RunState, nowMs: number): Resources {
  const vms = Object.entries(state.attempts).map(([key, { vm }]) => {
    const number = Number(key);
    return { number, vm, wanted: isNeeded(state, number, nowMs) ? ('on' as const) : ('absent' as const) };
  });
  return withDisks(vms);
}

/** True while the VM may stay. What is not needed is deleted, again and again, until it is proven gone. */
export function isNeeded(state: RunState, number: number, nowMs: number): boolean {
  const attempt = state.attempts[number];
  if (!attempt || attempt.vm.goneAt) return false;
  if (state.end) return staysAfterEnd(state, number, nowMs);
  return number === currentAttempt(state) && !attempt.givenUp && !insertOf(attempt.vm).failure;
}
