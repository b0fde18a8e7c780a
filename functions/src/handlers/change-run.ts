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

/** The state as it is afterwards; undefined where there is no such run. Where nothing changes, nothing is written but the audit. */
export async function changeRun(run: string, { next, audit }: Change, runs: Runs): Promise<RunState | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await runs.load(run);
    const state = next(stored?.state);
    const document = state && audit?.(state);
    if (!state || (state === stored?.state && !document)) return state;
    const isWritten = stored ? await runs.update(stored, state, document) : await runs.create(run, state);
    if (isWritten) return state;
  }
  throw new Error(`run ${run} is written to faster than it can be changed`);
}
