// Takes and gives back a run's place among those that may have a VM.
import { DEPLOYMENT_SCOPE, type CommitRequest, type RunState, type Slots } from '@mymlops/protocol';
import { afterAsking, afterLeaving, afterPlacing, nextInLine, othersByZone, scopesOf } from '../engine/slots';
import type { LimitChange, StoredRun } from '../ports';
import { timestamp, type Acting, type Exchange } from './effect';

export interface Seats {
  /** Every limit has room for the run. */
  isComplete: boolean;
  slots: Slots;
  /** To be written with it; empty where nothing changes. */
  limits: LimitChange[];
}

/** Asks the limits in turn and stops at the first that is full. Writes nothing. */
export async function askForSlots(stored: StoredRun, request: CommitRequest, acting: Acting): Promise<Seats> {
  const held = [...(stored.state.slots?.held ?? [])];
  const limits: LimitChange[] = [];
  for (const { scope, max } of scopesOf(request, acting.maxParallel)) {
    if (held.includes(scope)) continue;
    const known = await acting.runs.loadLimit(scope);
    const limit = afterAsking(known.limit, stored.run, max);
    if (limit !== known.limit) limits.push({ stored: known, limit });
    if (limit.holders.includes(stored.run)) {
      held.push(scope);
      continue;
    }
    const { waiting } = stored.state.slots ?? {};
    const since = waiting?.scope === scope ? waiting.since : timestamp(acting);
    return { isComplete: false, slots: { held, waiting: { scope, since } }, limits };
  }
  return { isComplete: true, slots: { held }, limits };
}

/**
 * Chooses a zone in the light of where the deployment's other runs are, and notes the choice beside the place that the
 * run holds. The first attempt reads nothing for it, it has just taken its place there; a later one reads that document.
 */
export async function placed(
  run: string,
  limits: readonly LimitChange[],
  pick: (others: ReadonlyMap<string, number>) => string,
  { runs }: Pick<Acting, 'runs'>,
): Promise<{ zone: string; limits: LimitChange[] }> {
  const taken = limits.find(({ stored }) => stored.scope === DEPLOYMENT_SCOPE);
  const stored = taken?.stored ?? (await runs.loadLimit(DEPLOYMENT_SCOPE));
  const known = taken?.limit ?? stored.limit;
  const zone = pick(othersByZone(known ?? {}, run));
  const limit = known && afterPlacing(known, run, zone);
  if (!limit || limit === known) return { zone, limits: [...limits] };
  return { zone, limits: [...limits.filter((change) => change !== taken), { stored, limit }] };
}

/** Gives all places back and asks for the runs that were waiting for them. */
export async function releaseSlots(stored: StoredRun, _attempt: number, acting: Acting): Promise<Exchange> {
  const { held = [], waiting } = stored.state.slots ?? {};
  const scopes = waiting ? [...held, waiting.scope] : held;
  const limits: LimitChange[] = [];
  for (const scope of scopes) {
    const known = await acting.runs.loadLimit(scope);
    const limit = known.limit && afterLeaving(known.limit, stored.run);
    if (limit && limit !== known.limit) limits.push({ stored: known, limit });
  }
  return {
    merge: withoutSlots,
    limits,
    afterwards: async () => {
      const next = limits.flatMap(({ limit }) => nextInLine(limit));
      for (const run of new Set(next)) await acting.bus.ask({ v: 1, type: 'advance', run });
    },
  };
}

function withoutSlots(state: RunState): RunState {
  const left = { ...state };
  delete left.slots;
  return left;
}
