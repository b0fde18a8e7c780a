// Brings a document of any kind forward (reconciles it): load, decide, write the intent, act, write the result, until
// nothing is left to do. The only place that changes VMs of a document, and only the `request` function runs it. It may run
// twice at once and may die anywhere: every effect can be repeated, every write is conditioned on what it was decided on.
import { currentPeriodNumber } from '@mymlops/protocol';
import { deleteDocument } from '../effects/delete-document';
import type { EffectContext, EffectResult } from '../effects/effect';
import { releaseSlots } from '../effects/slots';
import { VM_EFFECTS } from '../effects/vm/effects';
import {
  isDecision,
  isEffect,
  isRemoval,
  type Action,
  type EffectCall,
  type Moment,
  type SharedCall,
} from '../engine/action';
import { isSameLife, type KindState } from '../engine/kind';
import { inPeriod } from '../engine/vm/record';
import type { ActingContext } from '../ports/context';
import type { Stored } from '../ports/documents';
import type { PoolChange } from '../ports/slots';
import type { ActingKind } from './kind';

/** A run needs a dozen rounds, and half a dozen for each stocked-out zone. After so many another invocation goes on. */
const MAX_ROUNDS = 200;

/** All of Google's zones may be stocked out; more means that two decisions undo each other, which no invocation can correct. */
const MAX_HANDOVERS = 10;

/**
 * Google ends an invocation after 540 s and delivers its message again after 600 s: it hands over before. The longest effect
 * that begins just before takes two minutes.
 */
const MAX_MS = 240_000;

/** An invocation does not act on older knowledge: one that was frozen starts over. */
const MAX_AGE_MS = 30_000;

/**
 * Does all that is due for the document `id` now; where that is too much for one invocation, asks for another. `handovers`:
 * how often that was done in a row. Throws on transient trouble, to be called again.
 */
export async function advance<State extends KindState, Own extends string>(
  kind: ActingKind<State, Own>,
  id: string,
  context: ActingContext,
  handovers = 0,
): Promise<void> {
  const actor = context.newActor();
  const startedMs = context.now();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loadedMs = context.now();
    if (loadedMs - startedMs > MAX_MS) break;
    const stored = await context.documents(kind.documents).load(id);
    if (!stored) return;
    const refusal = kind.refusalOf(stored.state, context.settings);
    const moment = { nowMs: loadedMs, actor, ...(refusal !== undefined && { refusal }) };
    const action = kind.decide(stored.state, moment);
    if (!action) return;
    context.log('INFO', 'advance', { kind: kind.name, id, ...nameOf(action) });
    if (isRemoval(action)) {
      await deleteDocument(kind, stored, action.remove, context);
      continue;
    }
    if (isDecision(action)) {
      await write(kind, stored, { state: kind.apply(stored.state, action), moment }, context);
      continue;
    }
    const isFresh = (): boolean => context.now() - loadedMs < MAX_AGE_MS;
    const result = await perform(kind, action, stored, { ...context, actor, isFresh });
    if (!result) return;
    await writeResult(kind, stored, result, actor, context);
  }
  if (handovers >= MAX_HANDOVERS) throw new Error(`${kind.name} ${id} does not settle`);
  context.log('WARNING', 'advance goes on in another invocation', { kind: kind.name, id, handovers: handovers + 1 });
  await context.bus.ask({ v: 1, type: 'advance', kind: kind.name, id, handovers: handovers + 1 });
}

function nameOf(action: Action): { action: string; vm?: number } {
  if (isEffect(action)) return { action: action.effect, vm: action.vm };
  return { action: isRemoval(action) ? 'remove' : action.do };
}

const isShared = (call: EffectCall): call is SharedCall =>
  call.effect === 'release-slots' || Object.hasOwn(VM_EFFECTS, call.effect);

async function perform<State extends KindState, Own extends string>(
  kind: ActingKind<State, Own>,
  call: EffectCall<Own> | SharedCall,
  stored: Stored<State>,
  context: EffectContext,
): Promise<EffectResult<State> | undefined> {
  if (!isShared(call)) return kind.perform(call, stored, context);
  const who = { kind: kind.name, id: stored.id };
  if (call.effect === 'release-slots') return releaseSlots(who, stored.state, context);
  const { id, state } = stored;
  const { settings } = context;
  const { vms, disks } = kind.resources(state, context.now());
  const found = vms.find(({ number }) => number === call.vm);
  if (!found) throw new Error(`${kind.name} ${id} has no VM ${call.vm}`);
  const isDiskKept = disks.some(({ number, wanted }) => number === call.vm && wanted === 'kept');
  const body = () => kind.insertBodyOf(state, call.vm, settings);
  const task = { id, vm: found.vm, ...kind.targetOf(id, call.vm, found.vm), isDiskKept, body };
  const update = await VM_EFFECTS[call.effect](task, context);
  // The VM may have been started again while the effect was under way: what it brought back tells nothing of that.
  const merged = update && inPeriod(currentPeriodNumber(found.vm), update);
  return merged && { merge: (known) => kind.withVm(known, call.vm, merged) };
}

/** Writes a state with the decisions that follow from it; false where another write came first. */
function write<State extends KindState>(
  kind: ActingKind<State>,
  stored: Stored<State>,
  { state, moment }: { state: State; moment: Moment },
  { documents, settings }: ActingContext,
  pools: PoolChange[] = [],
): Promise<boolean> {
  const kept = kind.archive(settleDecisions(kind, state, moment));
  const extras = { archived: kept.archived, pools };
  return documents(kind.documents).update(stored, kept.state, kind.summarize(kept.state, settings), extras);
}

/** Takes the decisions that follow from `state` without touching the cloud, so that one write carries them all. */
function settleDecisions<State extends KindState>(kind: ActingKind<State>, state: State, moment: Moment): State {
  let settled = state;
  for (;;) {
    const action: Action | undefined = kind.decide(settled, moment);
    if (!action || !isDecision(action)) return settled;
    settled = kind.apply(settled, action);
  }
}

/**
 * Writes the result of an effect. If another write came first, the result is merged into the newest document. A result with
 * slot pools is not: the next round decides anew.
 */
async function writeResult<State extends KindState>(
  kind: ActingKind<State>,
  stored: Stored<State>,
  result: EffectResult<State>,
  actor: string,
  context: ActingContext,
): Promise<void> {
  const { pools } = result;
  let base: Stored<State> | undefined = stored;
  while (base) {
    const made = { state: result.merge(base.state), moment: { nowMs: context.now(), actor } };
    if (await write(kind, base, made, context, pools)) return result.afterCommit?.();
    if (pools) return;
    base = await context.documents(kind.documents).load(stored.id);
    if (base && !isSameLife(kind, stored.state, base.state)) return;
  }
}
