// What is to be done next for a run: one action, or nothing. Pure; `advance` carries it out and asks again.
import type { Attempt, Publication, Reason, RunEnd, RunState } from '@mymlops/protocol';
import { REASONS } from '@mymlops/protocol';
import { agentState, currentAttempt, hadVm, reportedPublication, stoppingState } from './attempts';
import { judge } from './judge';
import { isWanted } from './wanted';

/** Decisions change the document alone. */
export type Decision =
  | { do: 'end'; end: RunEnd; publication?: { state: 'pending' } }
  | { do: 'settle-publication'; publication: Publication }
  | { do: 'clean'; at: string };

/** Effects touch the cloud, and have a result to be written. */
export type EffectName =
  | 'start'
  | 'insert'
  | 'await-insert'
  | 'guard'
  | 'look-for-claim'
  | 'close'
  | 'read-outcome'
  | 'give-verdict'
  | 'delete';

/** What is left of a run whose user is done with it is deleted, its document last. */
export interface Removal {
  do: 'remove';
  removing: NonNullable<RunState['removing']>;
}

export type Action = Decision | { do: EffectName; attempt: number } | Removal;

export interface Moment {
  nowMs: number;
  /** The invocation that asks: it owns the intents that it wrote. */
  actor: string;
  /** Why this deployment will not make what the run asks for. Absent where it will, or where nobody acts. */
  refusal?: string;
}

/** After this an intent of another invocation that shows no result is taken over. */
const TAKE_OVER_MS = 120_000;

/** A VM that has not reported this long after it was made is looked for in the bucket; without a claim there it is lost. */
const FIRST_REPORT_MS = 10 * 60_000;

/** The agent gives a push up sooner than this; the results stay in the bucket. */
const PUBLICATION_MS = 20 * 60_000;

export function decide(state: RunState, moment: Moment): Action | undefined {
  if (state.removing) return { do: 'remove', removing: state.removing };
  if (!state.request) return undefined;
  return state.end ? afterEnd(state, state.end, moment) : beforeEnd(state, moment);
}

function beforeEnd(state: RunState, moment: Moment): Action | undefined {
  const at = new Date(moment.nowMs).toISOString();
  const number = currentAttempt(state);
  const attempt = state.attempts[number];
  if (!attempt) {
    if (state.cancel) return { do: 'end', end: cancelled(at) };
    if (moment.refusal !== undefined) return { do: 'end', end: { ...failed('permission', moment.refusal), at } };
    return { do: 'start', attempt: 1 };
  }
  if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, at);
  if (isComplete(attempt)) return { do: 'read-outcome', attempt: number };
  const interruption = interruptionOf(state, attempt);
  if (!interruption) return continueInsert(attempt, number, moment) ?? checkSilence(attempt, number, moment);
  // Giving up: fence first, then a last look for an outcome, only then the decision.
  if (!attempt.closedAt) return { do: 'close', attempt: number };
  if (!attempt.outcomeAbsentAt || attempt.outcomeAbsentAt < attempt.closedAt) {
    return { do: 'read-outcome', attempt: number };
  }
  return { do: 'end', end: { ...interruption, attempt: number, at } };
}

/** The agent says that its outcome is in the bucket, and we have not found it missing. */
function isComplete(attempt: Attempt): boolean {
  return agentState(attempt)?.outcome === true && !attempt.outcomeAbsentAt;
}

function endByOutcome(state: RunState, number: number, outcome: NonNullable<Attempt['outcome']>, at: string): Action {
  const end = { ...judge(outcome, state.results ?? {}), attempt: number, at };
  return { do: 'end', end, ...(state.request?.outputRepository && { publication: { state: 'pending' } }) };
}

/** Why the attempt cannot go on, in the order in which causes count; undefined while it can. */
function interruptionOf(state: RunState, attempt: Attempt): Pick<RunEnd, 'status' | 'reason' | 'message'> | undefined {
  if (state.cancel) return { status: 'cancelled', reason: 'cancelled-by-user', message: REASONS['cancelled-by-user'] };
  const refused = attempt.insert?.failure;
  if (refused) return failed(refused.reason, `${REASONS[refused.reason]} (${refused.code}: ${refused.message})`);
  if (attempt.outcomeDefect) return failed('internal', `outcome.json cannot be read: ${attempt.outcomeDefect}`);
  if (attempt.claimed?.found === false && !agentState(attempt)) {
    return failed('lost', `The VM did not report within ${FIRST_REPORT_MS / 60_000} minutes. ${REASONS.lost}`);
  }
  if (!attempt.stopped) return undefined;
  const failure = agentState(attempt)?.failure;
  if (failure) return failed(failure.reason, failure.message64);
  const reason = stoppingState(attempt)?.preempted === true ? 'preempted' : 'lost';
  return failed(reason, REASONS[reason]);
}

/** Silence alone proves nothing: our own `event` may be down. The bucket is asked as well. */
function checkSilence({ insert, reports, claimed }: Attempt, number: number, { nowMs }: Moment): Action | undefined {
  if (reports || claimed || insert?.settledAt === undefined) return undefined;
  const isLate = nowMs - Date.parse(insert.settledAt) > FIRST_REPORT_MS;
  return isLate ? { do: 'look-for-claim', attempt: number } : undefined;
}

function failed(reason: Reason, message: string): Pick<RunEnd, 'status' | 'reason' | 'message'> {
  return { status: 'failed', reason, message };
}

function cancelled(at: string): RunEnd {
  return { status: 'cancelled', reason: 'cancelled-by-user', message: REASONS['cancelled-by-user'], at };
}

/** Brings the insert to its settled, verified state. */
function continueInsert(attempt: Attempt, number: number, moment: Moment): Action | undefined {
  const { insert, decided, guardedAt } = attempt;
  if (!insert) return mayAct(decided, moment) ? { do: 'insert', attempt: number } : undefined;
  if (!insert.settledAt) return { do: 'await-insert', attempt: number };
  return guardedAt || insert.failure ? undefined : { do: 'guard', attempt: number };
}

function mayAct(decided: Attempt['decided'], { actor, nowMs }: Moment): boolean {
  return decided.actor === actor || nowMs - Date.parse(decided.at) > TAKE_OVER_MS;
}

function afterEnd(state: RunState, end: RunEnd, moment: Moment): Action | undefined {
  const at = new Date(moment.nowMs).toISOString();
  const publishing = publicationStep(state, end, moment);
  if (publishing) return publishing;
  for (const [key, attempt] of Object.entries(state.attempts)) {
    const number = Number(key);
    if (attempt.goneAt || isWanted(state, number, moment.nowMs)) continue;
    const action = removal(attempt, number, moment);
    if (action) return action;
  }
  const allGone = Object.values(state.attempts).every((attempt) => attempt.goneAt);
  const settled = state.publication?.state !== 'pending';
  return allGone && settled && !state.cleanedAt ? { do: 'clean', at } : undefined;
}

/** What is next for the push to the output repository, which only the attempt that earned the end may do. */
function publicationStep({ publication, attempts }: RunState, end: RunEnd, moment: Moment): Action | undefined {
  const earner = end.attempt === undefined ? undefined : attempts[end.attempt];
  if (!publication || publication.state === 'done' || !earner || end.attempt === undefined) return undefined;
  const reported = reportedPublication(earner);
  if (reported && reported.state !== publication.state) return { do: 'settle-publication', publication: reported };
  if (publication.state === 'failed') return undefined;
  if (!earner.verdictSentAt) return { do: 'give-verdict', attempt: end.attempt };
  const isLate = moment.nowMs - Date.parse(earner.verdictSentAt) > PUBLICATION_MS;
  if (!earner.stopped && !earner.goneAt && !isLate) return undefined;
  const message = isLate ? 'The VM did not say that it had pushed' : 'The VM went away before it could push';
  const at = new Date(moment.nowMs).toISOString();
  return { do: 'settle-publication', publication: { state: 'failed', message, at } };
}

/** Absence proves nothing while an insert is under way: it is settled first. */
function removal(attempt: Attempt, number: number, moment: Moment): Action | undefined {
  if (!hadVm(attempt) && !attempt.insert?.failure) {
    if (!attempt.closedAt) return { do: 'close', attempt: number };
    return attempt.insert ? { do: 'await-insert', attempt: number } : intentOfAnother(attempt, number, moment);
  }
  return { do: 'delete', attempt: number };
}

/** An intent without a result: its own actor will settle it, or after a while the deletion proves that nothing is there. */
function intentOfAnother(attempt: Attempt, number: number, moment: Moment): Action | undefined {
  return mayAct(attempt.decided, moment) ? { do: 'delete', attempt: number } : undefined;
}
