// Checkpoints that are whole, and whether the attempt that follows begins with the newest of them.
import { runPrefix, type RunState } from '@mymlops/protocol';
import { isMade, periodOf } from './recorded';
import type { Agent } from '../model/agent-calls';
import type { Checkpoint } from './oracle';
import type { World } from '../model/world';

/** Between the look into the bucket and the decision that follows. */
const LOOK_MS = 2000;
/** Whoever removes a run looks for those that go on from it, loads it and writes: between the first and the last is stood still. */
const HELD_UP: Partial<Record<string, readonly string[]>> = {
  'runs.live': ['freeze-after'],
  'runs.load': ['freeze-before', 'freeze-after'],
  'runs.update': ['freeze-before'],
};

export function noteCheckpoint({ oracle, run, attempt, timeline }: Agent, object: string, progressMs: number): void {
  const isKnown = oracle.checkpoints.some((each) => each.object === object);
  if (!isKnown) oracle.checkpoints.push({ run: run.id, attempt, object, progressMs, atMs: timeline.nowMs });
}

/** The agent was to begin with `named`, and could (`isThere`) or could not. */
export function checkCheckpoint(
  { world, oracle, run, attempt }: Agent,
  named: string | undefined,
  isThere: boolean,
): void {
  const state = world.google.documents.get(run.id)?.state;
  if (named !== undefined && !isThere && !wasRemoved(world, named, run.id)) {
    oracle.violate(`attempt ${attempt} of ${run.id} was to begin with ${named}, which is not whole`);
  }
  if (!state) return;
  const newest = newestKnown(world, run.id, attempt, state);
  const begun = oracle.checkpoints.find(({ object }) => object === named);
  // One of its own that was whole only just now may be known already, or not.
  const isAsRequested = begun?.run === run.id || named === state.request?.resumeFrom;
  if (!newest && !isAsRequested) {
    oracle.violate(`attempt ${attempt} of ${run.id} does not begin with what its request names`);
  }
  if (!newest || isListFrozen(world)) return;
  const isOlder =
    !begun || begun.run !== run.id || begun.attempt < newest.attempt || begun.progressMs < newest.progressMs;
  if (isOlder) oracle.violate(`attempt ${attempt} of ${run.id} does not begin with ${newest.object}`);
}

/** Of the newest attempt that the deployment knew to have had a VM when it decided on this one. */
function newestKnown({ oracle }: World, run: string, attempt: number, { attempts }: RunState): Checkpoint | undefined {
  const decided = attempts[attempt];
  const decidedMs = decided ? Date.parse(periodOf(decided).start.at) : NaN;
  const isKnown = (number: number): boolean => {
    const known = attempts[number];
    if (!known) return false;
    const { reports = {} } = periodOf(known);
    return isMade(known) || Object.values(reports).some(({ receivedAt }) => Date.parse(receivedAt) < decidedMs);
  };
  const known = oracle.checkpoints.filter(
    (each) => each.run === run && each.attempt < attempt && each.atMs < decidedMs - LOOK_MS && isKnown(each.attempt),
  );
  const last = Math.max(...known.map((each) => each.attempt));
  return known.findLast((each) => each.attempt === last);
}

/** An answer that was frozen is old when it is used. */
const isListFrozen = ({ plan }: World): boolean =>
  plan.faults.some(
    (fault) => fault.kind === 'call' && fault.name === 'liveBucket.list' && fault.how.startsWith('freeze'),
  );

/** The run that it was kept by was on its way out before anybody could know the one that is to go on from it. */
function wasRemoved({ plan, oracle }: World, object: string, dependent: string): boolean {
  const keeper = plan.runs.find(({ id }) => object.startsWith(runPrefix(id)))?.id ?? '';
  const heldUpMs = plan.faults
    .filter((fault) => fault.kind === 'call')
    .reduce((sum, { name, how, ms }) => sum + (HELD_UP[name]?.includes(how) ? ms : 0), 0);
  const knownMs = oracle.knownMs.get(dependent) ?? Infinity;
  return keeper !== dependent && (oracle.removingMs.get(keeper) ?? Infinity) <= knownMs + LOOK_MS + heldUpMs;
}
