// From the intent to a VM whose time limit is proven.
import { attemptPrefix, type Attempt, type RunState } from '@mymlops/protocol';
import { attemptOf, currentAttempt, withAttempt } from '../../engine/run/attempts';
import { afterPlacement } from '../../engine/vm/capacity';
import { isOf } from '../../engine/vm/identity';
import { instanceBody } from '../../engine/vm/insert-body';
import type { OwnCode } from '../../engine/vm/internal-failures';
import type { CloudDisk, CloudFailure, CloudVm, StoredRun } from '../../ports';
import { OPERATION_WAIT_SECONDS, requestOf, timestamp, type Acting, type Effect, type Merge } from '../effect';
import { settledBadly } from './insert-failure';
import { lookForSigns } from '../run/outcome';

export const insert: Effect = (stored, number, acting) =>
  orUnanswered(stored, number, acting, () => askFor(stored, number, acting));

/** What became of it. */
export const awaitInsert: Effect = (stored, number, acting) =>
  orUnanswered(stored, number, acting, () => settle(stored, number, acting));

/** A zone that did not say for so long what became of an insert is left, unless the VM shows a sign of life. */
const UNANSWERED_MS = 30 * 60_000;

async function orUnanswered(
  stored: StoredRun,
  number: number,
  acting: Acting,
  work: () => Promise<Merge | undefined>,
): Promise<Merge | undefined> {
  try {
    return await work();
  } catch (error) {
    const { decided, reports, silence } = attemptOf(stored.state, number);
    const isYoung = acting.now() - Date.parse(decided.at) < UNANSWERED_MS;
    if (isYoung || reports || silence?.newestObjectAt) throw error;
    // The VM's first act is its claim in the bucket. From then on its silence decides.
    if (await acting.results.newest(attemptPrefix(stored.run, number))) return lookForSigns(stored, number, acting);
    const message = `${decided.zone} did not say for half an hour what became of it: ${String(error)}`;
    return unlessHeard(number, failedByUs(stored, number, 'unanswered', message, acting));
  }
}

/** What the VM itself says meanwhile counts more, and so does another invocation's word that there is one. */
const unlessHeard =
  (number: number, merge: Merge): Merge =>
  (state) => {
    const { reports, insert: sent } = attemptOf(state, number);
    return reports || sent?.settledAt ? state : merge(state);
  };

async function askFor(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided } = attemptOf(stored.state, number);
  const body = instanceBody(requestOf(stored), number, decided, acting.vm);
  if (!acting.isFresh()) return undefined;
  if (isStale(decided, acting.now())) return abandon(stored, number, acting);
  const answer = await acting.cloud.insert(decided.zone, decided.requestId, body);
  if ('refused' in answer) return unlessHeard(number, failed(stored, number, answer.refused, acting));
  if ('exists' in answer) return adopt(stored, number, acting);
  return (state) => withAttempt(state, number, { insert: { ...attemptOf(state, number).insert, ...answer } });
}

/** An intent older than this makes no VM any more: its agent would call it stale when it has booted (40-claim.sh). */
const STALE_MS = 20 * 60_000;

const isStale = ({ at }: Attempt['decided'], nowMs: number): boolean => nowMs - Date.parse(at) > STALE_MS;

/** Nobody acted on the intent for too long. Whether the invocation that wrote it made a VM is to be seen. */
async function abandon(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { zone, vm } = attemptOf(stored.state, number).decided;
  if (await acting.cloud.get(zone, vm)) return adopt(stored, number, acting);
  const message = 'the VM was decided on, and mymlops was away for too long to ask for it';
  return unlessHeard(number, failedByUs(stored, number, 'neverMade', message, acting));
}

/**
 * Something of our name exists: it is the attempt's, or the name is taken. A disk alone is what an insert left that failed
 * late: it goes, and another zone is tried.
 */
async function adopt(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const attempt = attemptOf(stored.state, number);
  const { decided } = attempt;
  const isOurs = (found: CloudVm | CloudDisk): boolean => isOf(found, { run: stored.run, number, attempt });
  const vm = await acting.cloud.get(decided.zone, decided.vm);
  // The VM has spoken, and is gone: the sweep misses it, and finds out why.
  if (attempt.reports && !(vm && isOurs(vm))) return undefined;
  const disk = vm ? undefined : await acting.cloud.getDisk(decided.zone, decided.vm);
  const found = vm ?? disk;
  if (!found) throw new Error('a VM was there a moment ago and is not');
  if (!isOurs(found)) {
    const message = `a ${vm ? 'VM' : 'disk'} named ${found.name} exists in ${decided.zone} and is not ours`;
    return unlessHeard(number, failedByUs(stored, number, 'alreadyExists', message, acting));
  }
  if (vm) return placed(number, { instanceId: vm.id }, acting);
  if (disk?.inUse) throw new Error(`the disk ${disk.name} is in use, and its VM is not there`);
  return unlessHeard(number, failedByUs(stored, number, 'diskLeft', 'an insert failed and left its disk', acting));
}

/** There is a VM. */
function placed(number: number, sent: Attempt['insert'], acting: Acting): Merge {
  const settledAt = timestamp(acting);
  return (state): RunState => {
    // Whoever settles an insert late finds the run elsewhere: what that waits for is no matter of this VM.
    const isNewest = currentAttempt(state) === number && !attemptOf(state, number).givenUp;
    const capacity = isNewest && afterPlacement(state, Date.parse(settledAt));
    return { ...withAttempt(state, number, { insert: { ...sent, settledAt } }), ...(capacity && { capacity }) };
  };
}

/**
 * A failed insert can leave things behind all the same, and one that was refused may have been made by a call whose answer
 * was lost: what there is is deleted, which the next decision asks for.
 */
function failed(stored: StoredRun, number: number, failure: CloudFailure, acting: Acting): Merge {
  const settled = settledBadly(failure, attemptOf(stored.state, number).decided, acting);
  return (state) => withAttempt(state, number, { insert: { ...attemptOf(state, number).insert, ...settled.insert } });
}

const failedByUs = (stored: StoredRun, number: number, code: OwnCode, message: string, acting: Acting): Merge =>
  failed(stored, number, { code, message }, acting);

async function settle(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, insert: sent } = attemptOf(stored.state, number);
  if (!sent?.operation) return adopt(stored, number, acting);
  const operation = await acting.cloud.awaitOperation(decided.zone, sent.operation, OPERATION_WAIT_SECONDS);
  if (!operation.done) return undefined;
  return operation.failure ? failed(stored, number, operation.failure, acting) : placed(number, sent, acting);
}

/** Reads maxRunDuration and its action back: a VM that could outlive us is not let live. */
export async function guard(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const attempt = attemptOf(stored.state, number);
  const { decided } = attempt;
  const vm = await acting.cloud.get(decided.zone, decided.vm);
  // Gone already, and perhaps its name is another one's: the sweep misses it too, and finds out why.
  if (!vm || !isOf(vm, { run: stored.run, number, attempt })) return undefined;
  if (vm.terminationAction === 'DELETE' && vm.maxRunDurationSeconds === decided.maxRunDurationSeconds) {
    const at = timestamp(acting);
    return (state) => withAttempt(state, number, { guardedAt: at });
  }
  acting.log('ERROR', 'VM without its time limit', { run: stored.run, vm: vm.name, zone: vm.zone });
  return failedByUs(stored, number, 'unguarded', 'Compute Engine dropped the VM time limit', acting);
}
