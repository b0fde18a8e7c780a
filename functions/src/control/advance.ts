// Brings a run forward: load, decide, write the intent, act, write the result, until nothing is left to do. The only
// place that changes machines, and only the `request` function runs it. It may run twice at once and may die anywhere:
// every effect can be repeated, every write is conditioned on what it was decided on.
import { currentAttempt } from '../engine/run/attempts';
import type { Exchange } from '../effects/effect';
import { EFFECTS } from '../effects/run/effects';
import { isEffect, isRemoval, type Action, type Moment } from '../engine/run/action';
import { applyDecision } from '../engine/run/apply';
import { decide } from '../engine/run/decide';
import { trimAttempts } from '../engine/run/archive';
import { refusalOf } from '../engine/vm/permission';
import type { Context, LimitChange, StoredRun } from '../ports';
import { removeRun } from '../effects/run/delete-run';
import type { RunState } from '@mymlops/protocol';

/** A run needs a dozen rounds, and half a dozen for each dry zone. After so many another invocation goes on. */
const MAX_ROUNDS = 200;

/** All of Google's zones may be dry; more means that two decisions undo each other, which no invocation mends. */
const MAX_HANDOVERS = 10;

/** Nobody acts on knowledge older than this: an invocation that was frozen starts over. */
const MAX_AGE_MS = 30_000;

/**
 * Does all that is due for `run` now; where that is too much for one invocation, asks for another. `handovers`: how often
 * that was done in a row. Throws on transient trouble, to be called again.
 */
export async function advance(run: string, context: Context, handovers = 0): Promise<void> {
  const actor = context.newActor();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loadedMs = context.now();
    const stored = await context.runs.load(run);
    if (!stored) return;
    const { request } = stored.state;
    const refusal = request && refusalOf(request, context.vm.project, context.vm.limits);
    const moment = { nowMs: loadedMs, actor, ...(refusal !== undefined && { refusal }) };
    const action = decide(stored.state, moment);
    if (!action) return;
    const name = isEffect(action) ? action.effect : action.do;
    context.log('INFO', 'advance', { run, action: name, attempt: currentAttempt(stored.state) });
    if (isRemoval(action)) {
      await removeRun(stored, action.removing, context);
      continue;
    }
    if (!isEffect(action)) {
      await write(stored, applyDecision(stored.state, action), moment, context);
      continue;
    }
    const isFresh = (): boolean => context.now() - loadedMs < MAX_AGE_MS;
    const result = await EFFECTS[action.effect](stored, action.attempt, { ...context, actor, isFresh });
    if (!result) return;
    if (typeof result === 'function') await writeResult(stored, result, actor, context);
    else await exchange(stored, result, actor, context);
  }
  if (handovers >= MAX_HANDOVERS) throw new Error(`run ${run} does not come to rest`);
  context.log('WARNING', 'advance goes on in another invocation', { run, handovers: handovers + 1 });
  await context.bus.ask({ v: 1, type: 'advance', run, handovers: handovers + 1 });
}

/** Writes `state` with the decisions that follow from it; false where somebody was faster. */
function write(
  stored: StoredRun,
  state: RunState,
  moment: Moment,
  { runs }: Context,
  limits: LimitChange[] = [],
): Promise<boolean> {
  const trimmed = trimAttempts(settleDecisions(state, moment));
  return runs.update(stored, trimmed.state, { moved: trimmed.moved, limits });
}

/** Writes a result with the limits that it was made on; where any of them has changed meanwhile, the next round asks anew. */
async function exchange(
  stored: StoredRun,
  { merge, limits, afterwards }: Exchange,
  actor: string,
  context: Context,
): Promise<void> {
  const moment = { nowMs: context.now(), actor };
  if (await write(stored, merge(stored.state), moment, context, limits)) await afterwards?.();
}

/** Takes the decisions that follow from `state` without touching the cloud, so that one write carries them all. */
function settleDecisions(state: RunState, moment: Moment): RunState {
  let settled = state;
  for (;;) {
    const action: Action | undefined = decide(settled, moment);
    if (!action || isEffect(action) || isRemoval(action)) return settled;
    settled = applyDecision(settled, action);
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
    if (await write(base, merge(base.state), { nowMs: context.now(), actor }, context)) return;
    base = await context.runs.load(stored.run);
  }
}
