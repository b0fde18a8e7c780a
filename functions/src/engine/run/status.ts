// Reads a run's status off its state. The end decision comes first; the clock plays no part.
import {
  progressPrefix,
  resultsPrefix,
  sourceObjectsOf,
  type Attempt,
  type BucketNames,
  type RunState,
  type RunSummary,
  type Status,
} from '@mymlops/protocol';
import { agentState, attemptsWithVm, currentAttempt, newestAttempt } from './attempts';
import { finishedAtOf, startedAtOf } from './clocks';
import { removeAfterOf } from './history-retention';
import { keptUntil } from './keep-time';
import { isSettled } from './settled';
import { statusMessage } from './status-message';

/** If the sender's time and that of acceptance are further apart, the sender's clock is wrong or its message late. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The fields at the top of the run document. */
export function summarize(state: RunState, buckets: BucketNames): RunSummary & { removeAfter?: string } {
  const { request, end } = state;
  const number = end?.attempt ?? currentAttempt(state);
  const attempt = state.attempts[number];
  const report = attempt && agentState(attempt);
  const status = statusOf(state);
  const cells = request?.codeCells ?? 0;
  return withoutAbsent({
    status,
    reason: end?.reason,
    message: statusMessage(state, status),
    phase: status === 'running' ? report?.phase : undefined,
    notebook: request?.notebook,
    notes: request?.notes,
    profile: request?.profile,
    retryOf: request?.retryOf,
    submittedBy: request?.submittedBy ?? state.cancel?.by,
    // A run without a request has its place in the history too.
    submittedAt: submittedAtOf(state) ?? state.cancel?.at ?? end?.at,
    startedAt: startedAtOf(state),
    finishedAt: finishedAtOf(state),
    zone: attempt?.vm.zone,
    machine: attempt?.vm.machine,
    attempt: number || undefined,
    // The one after those that have ended is running. A runner may execute more than the client has counted.
    progress: report?.cells === undefined ? undefined : { cell: Math.min(report.cells + 1, cells), cells },
    resultsUrl: request && attempt && urlOf(buckets, { run: request.run, number, attempt }),
    snapshot: request && sourceObjectsOf(request.source),
    keptUntil: keptUntil(state),
    live: state.removing !== undefined || !isSettled(state),
    removeAfter: removeAfterOf(state),
  });
}

/** By this, runs are put in order: a computer whose clock is wrong must not have the newest run for ever, or never. */
function submittedAtOf({ request, acceptedAt }: RunState): string | undefined {
  if (!request || acceptedAt === undefined) return request?.submittedAt;
  const apartMs = Math.abs(Date.parse(acceptedAt) - Date.parse(request.submittedAt));
  return apartMs > CLOCK_TOLERANCE_MS ? acceptedAt : request.submittedAt;
}

/** Without an outcome, all that a run has saved lies in the live bucket. */
function urlOf(
  { results, live }: BucketNames,
  { run, number, attempt }: { run: string; number: number; attempt: Attempt },
): string {
  const place = attempt.outcome ? `${results}/${resultsPrefix(run, number)}` : `${live}/${progressPrefix(run, number)}`;
  return `gs://${place.slice(0, -1)}`;
}

export function statusOf(state: RunState): Status {
  if (state.end) return state.end.status;
  if (!state.request) return 'cancelled';
  const attempt = newestAttempt(state);
  if (attempt && !attempt.givenUp && agentState(attempt)) return 'running';
  // Once there was a VM, the run is no longer waiting for its turn: it is being brought back.
  if (attemptsWithVm(state).some(({ givenUp }) => givenUp)) return 'recovering';
  return attempt && !attempt.givenUp ? 'provisioning' : 'queued';
}

function withoutAbsent<T extends object>(fields: T): T {
  const present: Partial<T> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present as T;
}
