// Reads a run's status off its state. The end decision comes first; the clock plays no part.
import {
  DEPLOYMENT_POOL,
  PHASES,
  profilePool,
  resultsPrefix,
  THIS_COMPUTER,
  type Attempt,
  type Phase,
  type RunState,
  type RunSummary,
  type Status,
} from '@mymlops/protocol';
import { hasExisted } from '../vm/record';
import { agentState, attemptsWithVm, currentAttempt, newestAttempt } from './attempts';
import { finishedAtOf, startedAtOf } from './clocks';
import { removeAfterOf } from './history-retention';
import { keptUntil } from './keep-time';
import { isSettled } from './settled';

/** The fields at the top of the run document. `bucket` is where the results are. */
export function summarize(state: RunState, bucket: string): RunSummary & { removeAfter?: string } {
  const { request, end } = state;
  const number = end?.attempt ?? currentAttempt(state);
  const attempt = state.attempts[number];
  const report = attempt && agentState(attempt);
  const status = statusOf(state);
  const cells = request?.codeCells ?? 0;
  return withoutAbsent({
    status,
    reason: end?.reason,
    message: messageOf(state, status),
    phase: status === 'running' ? report?.phase : undefined,
    notebook: request?.notebook,
    notes: request?.notes,
    profile: request?.profile,
    retryOf: request?.retryOf,
    submittedBy: request?.submittedBy ?? state.cancel?.by,
    // A run without a request has its place in the history too.
    submittedAt: request?.submittedAt ?? state.cancel?.at ?? end?.at,
    startedAt: startedAtOf(state),
    finishedAt: finishedAtOf(state),
    zone: attempt?.vm.zone,
    machine: attempt?.vm.machine,
    attempt: number || undefined,
    // The one after those that have ended is running. A runner may execute more than the client has counted.
    progress: report?.cells === undefined ? undefined : { cell: Math.min(report.cells + 1, cells), cells },
    resultsUrl: request && number ? `gs://${bucket}/${resultsPrefix(request.run, number).slice(0, -1)}` : undefined,
    keptUntil: keptUntil(state),
    live: state.removing !== undefined || !isSettled(state),
    removeAfter: removeAfterOf(state),
  });
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

const PHASE_TEXT: Record<Phase, string> = {
  boot: 'Booting the VM',
  source: 'Fetching the snapshot',
  setup: 'Running the setup command',
  execute: 'Executing the notebook',
  publish: 'Saving the results',
};

const vmText = (attempt: Attempt | undefined): string =>
  attempt?.vm.machine === THIS_COMPUTER
    ? 'Waiting for a VM on this computer'
    : `Waiting for a VM of type ${attempt?.vm.machine} in ${attempt?.vm.zone}`;

/** The reason why the run is waiting, and since when. */
function waitText({ capacity, slots }: RunState): string | undefined {
  if (slots?.waiting) {
    const { pool, since } = slots.waiting;
    return `Waiting for a free slot since ${minuteOf(since)} (${ownerText(pool)} max_parallel is reached)`;
  }
  if (capacity?.since === undefined) return undefined;
  const next = capacity.notBefore === undefined ? '' : `; next try at ${capacity.notBefore.slice(11, 16)}`;
  const what = capacity.isForQuota ? "quota that this deployment's other VMs use" : 'capacity';
  return `Waiting for ${what} since ${minuteOf(capacity.since)}${next}`;
}

function ownerText(pool: string): string {
  if (pool === DEPLOYMENT_POOL) return "the deployment's";
  const name = pool.slice(profilePool('').length);
  return name === '' ? "the profile's" : `the profile's (${name})`;
}

const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** `Attempt 1 was preempted`. */
function lossText(state: RunState): string {
  const lost = Object.entries(state.attempts).findLast(([, attempt]) => attempt.givenUp && hasExisted(attempt.vm));
  return `Attempt ${lost?.[0]} was ${fateOf(lost?.[1].givenUp)}`;
}

function fateOf(givenUp: Attempt['givenUp']): string {
  if (givenUp?.reason === 'preempted') return 'preempted';
  if (givenUp?.cause === 'time-limit') return "ended at its VM's time limit";
  return givenUp?.cause === 'deleted' ? 'deleted by someone' : 'lost';
}

function messageOf(state: RunState, status: Status): string {
  const attempt = state.attempts[currentAttempt(state)];
  switch (status) {
    case 'queued':
      return waitText(state) ?? 'Waiting to request a VM';
    case 'provisioning':
      return vmText(attempt);
    case 'recovering':
      return `${lossText(state)}; ${uncapitalized(attempt?.givenUp ? (waitText(state) ?? 'another attempt follows') : vmText(attempt))}`;
    case 'running':
      return PHASE_TEXT[(attempt && agentState(attempt)?.phase) ?? PHASES[0]];
    default:
      return state.end?.message ?? 'Cancelled before its commit arrived';
  }
}

/** As it stands in the middle of a sentence. */
const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function withoutAbsent<T extends object>(fields: T): T {
  const present: Partial<T> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present as T;
}
