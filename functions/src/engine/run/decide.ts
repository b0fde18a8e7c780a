// What is to be done next for a run: one action, or nothing. Pure; `advance` carries it out and asks again.
import type { Attempt, RunEnd, RunState } from '@mymlops/protocol';
import { isEffect, mayAct, timeOf, type Action, type Moment } from './action';
import { agentState, attemptOf, currentAttempt, mayHaveHadVm, reportedPublication } from './attempts';
import { betweenAttempts } from './next-attempt';
import { interruptionOf, type Interruption } from './interruption';
import { judge } from './judge';
import { cannotBill, inTurn, removals, REMOVAL_MS } from './deletion';
import { lookForSigns } from './liveness';
import { hasSlots } from '../slots';
import { isWanted } from './wanted';

/** The agent gives a push up sooner than this; the results stay in the bucket. */
const PUBLICATION_MS = 20 * 60_000;

export function decide(state: RunState, moment: Moment): Action | undefined {
  if (state.removing) return { do: 'remove', removing: state.removing };
  if (!state.request) return undefined;
  return state.end ? afterEnd(state, state.end, moment) : beforeEnd(state, moment);
}

function beforeEnd(state: RunState, moment: Moment): Action | undefined {
  const number = currentAttempt(state);
  const attempt = state.attempts[number];
  if (!attempt || attempt.givenUp) return betweenAttempts(state, moment);
  if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, timeOf(moment));
  if (isComplete(attempt)) return { effect: 'read-outcome', attempt: number };
  const interruption = interruptionOf(state, attempt);
  if (interruption) return giveUp(attempt, number, interruption, moment);
  // Signs come first, for which no zone has to answer; what is left of earlier attempts last.
  return lookForSigns(attempt, number, moment) ?? settleOrRemove(state, number, moment);
}

/** An insert that its zone does not settle must not stand before what is left of earlier attempts for long. */
function settleOrRemove(state: RunState, number: number, moment: Moment): Action | undefined {
  const attempt = attemptOf(state, number);
  return dueOr(removals(state, moment), continueInsert(attempt, number, moment), attempt.decided.at, moment);
}

/** `due` since `since` comes before the rest; after a while, in which its zone may not have answered, they take turns. */
function dueOr(rest: Action[], due: Action | undefined, since: string, moment: Moment): Action | undefined {
  const isSlow = moment.nowMs - Date.parse(since) > REMOVAL_MS;
  return due && !isSlow ? due : inTurn(due ? [due, ...rest] : rest, moment);
}

/** The agent says that its outcome is in the bucket, and we have not found it missing. */
function isComplete(attempt: Attempt): boolean {
  return agentState(attempt)?.outcome === true && !attempt.outcomeAbsentAt;
}

function endByOutcome(state: RunState, number: number, outcome: NonNullable<Attempt['outcome']>, at: string): Action {
  const execution = {
    ...outcome,
    sentCells: state.request?.codeCells,
    seenCells: agentState(attemptOf(state, number))?.cells,
  };
  const end = { ...judge(execution, state.results ?? {}), attempt: number, at };
  return { do: 'end', end, ...(state.request?.outputRepository && { publication: { state: 'pending' } }) };
}

/** Fence first, then a last look for an outcome, which seals the place where it would be, only then the decision. */
function giveUp(attempt: Attempt, number: number, interruption: Interruption, moment: Moment): Action {
  const { mayRetry, ...cause } = interruption;
  const at = timeOf(moment);
  if (mayBeProvenGone(attempt, moment)) return { effect: 'delete', attempt: number };
  if (!attempt.closedAt) return { effect: 'close', attempt: number };
  const isSealed = attempt.outcomeAbsentAt !== undefined && attempt.outcomeAbsentAt >= attempt.closedAt;
  if (!isSealed && mayHaveRun(attempt)) return { effect: 'read-outcome', attempt: number };
  if (!mayRetry) return { do: 'end', end: { ...cause, attempt: number, at } };
  const { reason, message } = cause;
  const known = attempt.stopped?.cause;
  const givenUp = { at, reason, message, ...(known && { cause: known }) };
  return { do: 'give-up', attempt: number, givenUp, isDry: attempt.insert?.failure?.reason === 'no-capacity' };
}

/** Compute Engine says that an insert failed: mostly it left nothing, and its zone is asked first, while it may only be slow. */
function mayBeProvenGone(attempt: Attempt, { nowMs }: Moment): boolean {
  const { insert, goneAt } = attempt;
  if (insert?.failure === undefined || insert.settledAt === undefined || goneAt || mayHaveHadVm(attempt)) return false;
  return nowMs - Date.parse(insert.settledAt) < REMOVAL_MS;
}

/** Whatever is not known to have never been a VM. */
const mayHaveRun = (attempt: Attempt): boolean =>
  attempt.insert?.failure === undefined ||
  attempt.goneAt === undefined ||
  attempt.reports !== undefined ||
  mayHaveHadVm(attempt);

/** Brings the insert to its settled, verified state. */
function continueInsert(attempt: Attempt, number: number, moment: Moment): Action | undefined {
  const { insert, decided, reports } = attempt;
  // A VM that has spoken is not asked for again: where it is gone by now, another one would come in its name.
  if (!insert && !reports) return mayAct(decided, moment) ? { effect: 'insert', attempt: number } : undefined;
  if (!insert?.settledAt) return { effect: 'await-insert', attempt: number };
  return isGuardDue(attempt) ? { effect: 'guard', attempt: number } : undefined;
}

/** Whether the VM has its time limit is not known yet. */
const isGuardDue = ({ guardedAt, insert }: Attempt): boolean => !guardedAt && !insert?.failure;

function afterEnd(state: RunState, end: RunEnd, moment: Moment): Action | undefined {
  const attempts = Object.values(state.attempts);
  // Before what may go on for ever: a zone or a bucket that cannot be asked keeps the run live, but not its place.
  const isIdle = attempts.every((attempt) => cannotBill(attempt, moment.nowMs));
  if (isIdle && hasSlots(state)) return { effect: 'release-slots', attempt: currentAttempt(state) };
  const publication = publicationStep(state, end, moment);
  // A decision asks nobody, and so takes no turn.
  if (publication && !isEffect(publication)) return publication;
  const rest = [...guardOfKept(state, end, moment), ...removals(state, moment)];
  const step = dueOr(rest, publication, end.at, moment);
  if (step) return step;
  const allGone = attempts.every((attempt) => attempt.goneAt);
  const settled = state.publication?.state !== 'pending';
  return allGone && settled && !state.cleanedAt ? { do: 'clean', at: timeOf(moment) } : undefined;
}

/** A VM that stays after an end which came so soon that nobody had read its time limit back. */
function guardOfKept(state: RunState, { attempt: number }: RunEnd, { nowMs }: Moment): Action[] {
  if (number === undefined || !isWanted(state, number, nowMs)) return [];
  return isGuardDue(attemptOf(state, number)) ? [{ effect: 'guard', attempt: number }] : [];
}

/** What is next for the push to the output repository, which only the attempt that earned the end may do. */
function publicationStep({ publication, attempts }: RunState, end: RunEnd, moment: Moment): Action | undefined {
  const earner = end.attempt === undefined ? undefined : attempts[end.attempt];
  if (!publication || publication.state === 'done' || !earner || end.attempt === undefined) return undefined;
  const reported = reportedPublication(earner);
  if (reported && reported.state !== publication.state) return { do: 'settle-publication', publication: reported };
  if (publication.state === 'failed') return undefined;
  if (!earner.verdictSentAt) return { effect: 'give-verdict', attempt: end.attempt };
  const isLate = moment.nowMs - Date.parse(earner.verdictSentAt) > PUBLICATION_MS;
  if (!earner.stopped && !earner.goneAt && !isLate) return undefined;
  const message = isLate ? 'The VM did not say that it had pushed' : 'The VM went away before it could push';
  return { do: 'settle-publication', publication: { state: 'failed', message, at: timeOf(moment) } };
}
