// Loads a run, changes its state, writes it back; again when somebody was faster.
import type { RunState } from '@mymlops/protocol';
import type { Audit, Runs } from '../ports';

/** Writers of one document: request, event, sweep, each a few times at once. */
const MAX_TRIES = 20;

export interface Change {
  /** Undefined: the run does not exist, and is not to be made. */
  next: (state: RunState | undefined) => RunState | undefined;
  /** The audit document of the report that the change comes from, written in the same commit. */
  audit?: (state: RunState) => Audit | undefined;
}

/**
 * The state as it is afterwards; undefined where there is no such run. Where nothing changes, nothing is written but the
 * audit. A run that is being removed is left as it is: what was written to it now would be left behind.
 */
export async function changeRun(run: string, { next, audit }: Change, runs: Runs): Promise<RunState | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await runs.load(run);
    if (stored?.state.removing) return stored.state;
    const state = next(stored?.state);
    const document = state && audit?.(state);
    if (!state || (state === stored?.state && !document)) return state;
    if (stored) {
      if (await runs.update(stored, state, document && { audit: document })) return state;
      continue;
    }
    const outcome = await runs.create(run, state);
    if (outcome !== 'exists') return outcome === 'created' ? state : undefined;
  }
  throw new Error(`run ${run} is written to faster than it can be changed`);
}
