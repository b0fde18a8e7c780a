// Which VMs a build needs: its newest one, on until its disk is scrubbed, then off until the image is made. Pure.
import type { ImageState } from '@mymlops/protocol';
import { insertOf } from '../vm/record';
import { withDisks, type Resources } from '../vm/resources';
import { agentState, currentAttempt } from './attempts';

export function resourcesOf(state: ImageState): Resources {
  const vms = Object.entries(state.attempts).map(([key, attempt]) => {
    const number = Number(key);
    const isNeeded =
      !state.end && number === currentAttempt(state) && !attempt.givenUp && !insertOf(attempt.vm).failure;
    const whileNeeded = agentState(attempt)?.scrubbed ? ('off' as const) : ('on' as const);
    return { number, vm: attempt.vm, wanted: isNeeded ? whileNeeded : ('absent' as const) };
  });
  return withDisks(vms);
}
