// Whether anything of a run is left to be done.
import type { RunState } from '@mymlops/protocol';

/** Ended and gone, or never begun (a cancel without its commit, a commit that was not understood). It may be removed. */
export function isSettled(state: RunState): boolean {
  return state.request === undefined || state.cleanedAt !== undefined;
}
