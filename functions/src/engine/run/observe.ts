// Merges an observation into a run. Every function here is idempotent, and any two of them commute: duplicates and
// reordering of messages cannot change where a run ends up. The end decision is never touched.
import {
  inTodaysForm,
  type CancelRequest,
  type CommitRequest,
  type PublishedRequest,
  type RemoveRequest,
  type Report,
  type ReportRecord,
  type RunState,
  type Stop,
} from '@mymlops/protocol';
import { isDeepStrictEqual } from 'node:util';
import { isAtRest } from './settled';
import { withAttempt } from './attempts';

export const EMPTY_RUN: RunState = { v: 1, attempts: {} };

/** Another request came under the id of an existing run: refused, nothing changes. */
export class RequestConflictError extends Error {}

/** Takes a commit over. The same request again changes nothing; another one under this id throws RequestConflictError. */
export function observeCommit(state: RunState, request: CommitRequest, at: string): RunState {
  if (state.request === undefined) return { ...state, request, acceptedAt: at };
  if (isDeepStrictEqual(inTodaysForm(state.request), request)) return state;
  throw new RequestConflictError(`run ${request.run} exists with another request`);
}

/** The earliest cancel stays. */
export function observeCancel(state: RunState, { by, at }: Pick<CancelRequest, 'by' | 'at'>): RunState {
  const known = state.cancel;
  if (known && (known.at < at || (known.at === at && known.by <= by))) return state;
  return { ...state, cancel: { by, at } };
}

/** Boots of a writer that are kept. One is what an attempt has; more are a VM that invents them. */
const MAX_BOOTS = 5;

/**
 * The newest report of each writer of each boot stays, of the boots that have said most. A report for an attempt that was
 * never decided changes nothing.
 */
export function observeReport(state: RunState, report: Report, receivedAt: string): RunState {
  const attempt = state.attempts[report.attempt];
  if (!attempt) return state;
  const key = `${report.boot}_${report.writer}`;
  const known = attempt.reports?.[key];
  if (known && known.seq > report.seq) return state;
  // The same report twice counts from its first arrival, so that the order of two deliveries leaves no trace.
  if (known && known.seq === report.seq && known.receivedAt <= receivedAt) return state;
  const record = { seq: report.seq, receivedAt, state: report.state };
  const reports = withoutExcess({ ...attempt.reports, [key]: record }, report.writer);
  return key in reports ? withAttempt(state, report.attempt, { reports }) : state;
}

type Reports = Record<string, ReportRecord>;

/**
 * The order in which boots stay is the one in which their reports replace each other, so that what was dropped could not have
 * come back: the order of messages leaves no trace.
 */
function withoutExcess(reports: Reports, writer: Report['writer']): Reports {
  const ranked = Object.entries(reports)
    .filter(([key]) => key.endsWith(`_${writer}`))
    .toSorted(([keyA, a], [keyB, b]) => b.seq - a.seq || compare(a.receivedAt, b.receivedAt) || compare(keyA, keyB));
  const excess = new Set(ranked.slice(MAX_BOOTS).map(([key]) => key));
  return excess.size === 0 ? reports : Object.fromEntries(Object.entries(reports).filter(([key]) => !excess.has(key)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The first genuine token tells which VM it is, until the insert's own answer does. */
export function observeIdentity(state: RunState, number: number, instanceId: string): RunState {
  const attempt = state.attempts[number];
  if (!attempt || attempt.instanceId !== undefined || attempt.insert?.instanceId !== undefined) return state;
  return withAttempt(state, number, { instanceId });
}

/** `publish RUN` pushed from the user's machine. */
export function observePublished(state: RunState, { commit, at }: Pick<PublishedRequest, 'commit' | 'at'>): RunState {
  if (!state.end || state.publication?.state === 'done') return state;
  return { ...state, publication: { state: 'done', commit, at } };
}

/** Only a run at rest is removed, and the first who asks is noted. */
export function observeRemove(state: RunState, { by }: Pick<RemoveRequest, 'by'>, at: string): RunState {
  return state.removing || !isAtRest(state) ? state : { ...state, removing: { by, at } };
}

/** The VM was seen down: the earliest sight stays, with the cause that any sight knew. */
export function observeStopped(state: RunState, number: number, seen: Stop): RunState {
  const attempt = state.attempts[number];
  if (!attempt) return state;
  const known = attempt.stopped;
  const earliest = known && (known.at < seen.at || (known.at === seen.at && known.how <= seen.how)) ? known : seen;
  const cause = [known?.cause, seen.cause].filter((word) => word !== undefined).toSorted()[0];
  if (earliest === known && cause === known.cause) return state;
  return withAttempt(state, number, { stopped: { at: earliest.at, how: earliest.how, ...(cause && { cause }) } });
}
