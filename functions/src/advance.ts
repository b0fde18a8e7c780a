// Brings a run forward: load, decide, write the intent, act, write the result, until nothing is left to do. The only
// place that changes machines, and only the `request` function runs it. It may run twice at once and may die anywhere:
// every effect can be repeated, every write is conditioned on what it was decided on.
import { currentAttempt } from './engine/attempts';
import { decide, type Action } from './engine/decide';
import { perform } from './effects';
import type { Context, StoredRun } from './ports';
import type { RunState } from '@mymlops/protocol';

/** A run needs about a dozen rounds in all; more means that two decisions undo each other. */
const MAX_ROUNDS = 60;

/** Nobody acts on knowledge older than this: an invocation that was frozen starts over. */
const MAX_AGE_MS = 30_000;

/** Does all that is due for `run` now. Throws on transient trouble, to be called again. */
export async function advance(run: string, context: Context): Promise<void> {
  const actor = context.newActor();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loadedMs = context.now();
    const stored = await context.runs.load(run);
    if (!stored) return;
    const moment = { nowMs: loadedMs, actor };
    const action = decide(stored.state, moment);
    if (!action) return;
    context.log('INFO', 'advance', { run, action: action.do, attempt: currentAttempt(stored.state) });
    const decision = decisionOf(stored.state, action);
    if (decision) {
      await context.runs.update(stored, settleDecisions(decision, moment));
      continue;
    }
    const isFresh = (): boolean => context.now() - loadedMs < MAX_AGE_MS;
    const merge = await perform(action, stored, { ...context, actor, isFresh });
    if (!merge) return;
    await writeResult(stored, merge, actor, context);
  }
  throw new Error(`run ${run} does not come to rest`);
}

/** The state after an action that changes the document alone; undefined for one that touches the cloud. */
function decisionOf(state: RunState, action: Action): RunState | undefined {
  switch (action.do) {
    case 'end':
      return { ...state, end: action.end, ...(action.publication && { publication: action.publication }) };
    case 'settle-publication':
      return { ...state, publication: action.publication };
    case 'clean':
      return { ...state, cleanedAt: action.at };
    default:
      return undefined;
  }
}

/** Takes the decisions that follow from `state` without touching the cloud, so that one write carries them all. */
function settleDecisions(state: RunState, moment: { nowMs: number; actor: string }): RunState {
  let settled = state;
  for (;;) {
    const action = decide(settled, moment);
    const next = action && decisionOf(settled, action);
    if (!next) return settled;
    settled = next;
  }
}

/** Writes what an effect brought back. It is a fact, so it is merged into whatever the run has become meanwhile. */
async function writeResult(
  stored: StoredRun,
  merge: (state: RunState) => RunState,
  actor: string,
  context: Context,
): Promise<void> {
  let base: StoredRun | undefined = stored;
  while (base) {
    if (await context.runs.update(base, settleDecisions(merge(base.state), { nowMs: context.now(), actor }))) return;
    base = await context.runs.load(stored.run);
  }
}
