// Decides the next action for a run, or that there is none. Pure: `advance` carries it out and asks again.
import {
  currentPeriod,
  type Attempt,
  type AttemptOutcome,
  type RunEnd,
  type RunState,
  type VmRecord,
} from '@mymlops/protocol';
import { inTurn, isEffect, timeOf, type Moment } from '../action';
import { hasSlots } from '../slots';
import { cannotBill, deletions, REMOVAL_MS } from '../vm/deletion-steps';
import { refusalOf } from '../vm/capacity';
import { isZonesFault } from '../vm/internal-failures';
import { isLivenessCheckDue } from '../vm/liveness';
import { bringUp, isTimeLimitUnknown } from '../vm/power';
import { decidedAt, hasReported, insertOf, mayHaveExisted } from '../vm/record';
import type { RunAction, RunStep } from './action';
import { agentState, attemptOf, currentAttempt, reportedPublication, vmsOf } from './attempts';
import { hasFinallyNone } from './final-outcome';
import { interruptionOf, type Interruption } from './interruption';
import { sentences } from './join-sentences';
import { judge } from './judge';
import { nextAttempt } from './next-attempt';
import { isNeeded, resourcesOf } from './needed-vms';

/** The agent gives a push up sooner than this; the results stay in the bucket. */
const PUBLICATION_MS = 20 * 60_000;

export function decide(state: RunState, moment: Moment): RunAction | undefined {
  if (state.removing) return { remove: state.removing };
  if (!state.request) return undefined;
  return state.end ? afterEnd(state, state.end, moment) : beforeEnd(state, moment);
}

function beforeEnd(state: RunState, moment: Moment): RunAction | undefined {
  const number = currentAttempt(state);
  const attempt = state.attempts[number];
  if (!attempt || attempt.givenUp) return nextAttempt(state, moment);
  if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, timeOf(moment));
  if (isComplete(attempt)) return { effect: 'read-outcome', vm: number };
  const interruption = interruptionOf(state, attempt);
  if (interruption) return giveUp(attempt, number, interruption, moment);
  // Signs of life come first, for which no zone has to answer; what is left of earlier attempts last.
  if (isLivenessCheckDue(attempt.vm, moment)) return { effect: 'check-liveness', vm: number };
  return settleOrDelete(state, number, moment);
}

/** While a zone does not answer, earlier VMs must still be deleted: the steps take turns. */
function settleOrDelete(state: RunState, number: number, moment: Moment): RunStep | undefined {
  const { vm } = attemptOf(state, number);
  const effect = bringUp(vm, moment);
  const due = effect && { effect, vm: number };
  return dueOr(deletions(resourcesOf(state, moment.nowMs), moment), due, decidedAt(vm), moment);
}

/** `due` comes first. If it is not done a while after `since`, its zone may not answer: then it and the rest take turns. */
function dueOr(rest: RunStep[], due: RunStep | undefined, since: string, moment: Moment): RunStep | undefined {
  const isSlow = moment.nowMs - Date.parse(since) > REMOVAL_MS;
  return due && !isSlow ? due : inTurn(due ? [due, ...rest] : rest, moment);
}

/** The agent says that its outcome is in the bucket, and we have not found it missing. */
function isComplete(attempt: Attempt): boolean {
  return agentState(attempt)?.outcome === true && !attempt.outcomeAbsentAt;
}

function endByOutcome(state: RunState, number: number, outcome: AttemptOutcome, at: string): RunAction {
  const execution = {
    ...outcome,
    sentCells: state.request?.codeCells,
    seenCells: agentState(attemptOf(state, number))?.cells,
  };
  const end = { ...judge(execution, state.results ?? {}), attempt: number, at };
  return { do: 'end', end, ...(state.request?.outputRepository && { publication: { state: 'pending' } }) };
}

/** Three steps: write the fence; create a void outcome.json, unless the VM has written one; decide. */
function giveUp(attempt: Attempt, number: number, interruption: Interruption, moment: Moment): RunAction {
  const { mayRetry, next, ...cause } = interruption;
  const { vm } = attempt;
  const at = timeOf(moment);
  if (mayBeProvenGone(vm, moment)) return { effect: 'delete', vm: number };
  if (!vm.fencedAt) return { effect: 'fence', vm: number };
  if (!hasFinallyNone(attempt) && mayHaveRun(vm)) return { effect: 'read-outcome', vm: number };
  if (!mayRetry) return { do: 'end', end: { ...cause, message: sentences(cause.message, next), attempt: number, at } };
  const { reason, message } = cause;
  const known = currentPeriod(vm).down?.cause;
  const givenUp = { at, reason, message, ...(known && { cause: known }) };
  const { failure } = insertOf(vm);
  // One that may have been a VM says nothing of the zone.
  const isRefusal = failure && (failure.reason !== 'lost' || isZonesFault(failure));
  const refusal = isRefusal && refusalOf(failure);
  return { do: 'give-up', attempt: number, givenUp, ...(refusal && { refusal }) };
}

/** The insert failed, so that mostly nothing exists. A delete finds out, but only for a while: the zone may not answer. */
function mayBeProvenGone(vm: VmRecord, { nowMs }: Moment): boolean {
  const { failure, settledAt } = insertOf(vm);
  if (failure === undefined || settledAt === undefined || vm.goneAt || mayHaveExisted(vm)) return false;
  return nowMs - Date.parse(settledAt) < REMOVAL_MS;
}

/** True unless we know that no VM existed. */
const mayHaveRun = (vm: VmRecord): boolean =>
  insertOf(vm).failure === undefined || vm.goneAt === undefined || hasReported(vm) || mayHaveExisted(vm);

function afterEnd(state: RunState, end: RunEnd, moment: Moment): RunAction | undefined {
  const vms = vmsOf(state);
  // First, because a zone or a bucket that does not answer may delay the rest for ever: the run stays live, without its slot.
  const isIdle = vms.every((vm) => cannotBill(vm, moment.nowMs));
  if (isIdle && hasSlots(state)) return { effect: 'release-slots', vm: currentAttempt(state) };
  const publication = publicationStep(state, end, moment);
  // Decisions need no cloud call: they are taken at once.
  if (publication && !isEffect(publication)) return publication;
  const rest = [...verificationOfKept(state, end, moment), ...deletions(resourcesOf(state, moment.nowMs), moment)];
  const step = dueOr(rest, publication, end.at, moment);
  if (step) return step;
  const areGone = vms.every(({ goneAt }) => goneAt);
  const isPublished = state.publication?.state !== 'pending';
  return areGone && isPublished && !state.cleanedAt ? { do: 'clean', at: timeOf(moment) } : undefined;
}

/** A VM that stays after an end which came so soon that nobody had read its time limit back. */
function verificationOfKept(state: RunState, { attempt: number }: RunEnd, { nowMs }: Moment): RunStep[] {
  if (number === undefined || !isNeeded(state, number, nowMs)) return [];
  return isTimeLimitUnknown(attemptOf(state, number).vm) ? [{ effect: 'verify-time-limit', vm: number }] : [];
}

/** The next step of the push to the output repository, which only the attempt that earned the end may do. */
function publicationStep(
  { publication, attempts }: RunState,
  end: RunEnd,
  moment: Moment,
): Exclude<RunAction, { remove: unknown }> | undefined {
  const earner = end.attempt === undefined ? undefined : attempts[end.attempt];
  if (!publication || publication.state === 'done' || !earner || end.attempt === undefined) return undefined;
  const reported = reportedPublication(earner);
  if (reported && reported.state !== publication.state) return { do: 'settle-publication', publication: reported };
  if (publication.state === 'failed') return undefined;
  if (!earner.resultSentAt) return { effect: 'send-result', vm: end.attempt };
  const isLate = moment.nowMs - Date.parse(earner.resultSentAt) > PUBLICATION_MS;
  if (!currentPeriod(earner.vm).down && !earner.vm.goneAt && !isLate) return undefined;
  const message = isLate ? 'The VM did not report a push in time' : 'The VM went away before it could push';
  return { do: 'settle-publication', publication: { state: 'failed', message, at: timeOf(moment) } };
}
