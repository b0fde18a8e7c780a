// Reads a run's status off its state. The end decision comes first; the clock plays no part.
import { PHASES, type Phase, type RunState, type RunSummary, type Status } from '@mymlops/protocol';
import { isAtRest } from './at-rest';
import { agentState, currentAttempt } from './attempts';

/** The fields at the top of the run document. `bucket` is where the results are. */
export function summarize(state: RunState, bucket: string): RunSummary {
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
    phase: end ? undefined : report?.phase,
    notebook: request?.notebook,
    notes: request?.notes,
    profile: request?.profile,
    submittedBy: request?.submittedBy ?? state.cancel?.by,
    // A run without a request has a place in the history all the same.
    submittedAt: request?.submittedAt ?? state.cancel?.at ?? end?.at,
    startedAt: report?.phases.execute,
    // When the work was done; the end may have been decided later, by a control plane that was away.
    finishedAt: attempt?.outcome?.finishedAt ?? end?.at,
    zone: attempt?.decided.zone,
    machine: attempt?.decided.machine,
    attempt: number || undefined,
    // A runner may execute cells of its own (papermill injects one), so that the count can pass the total.
    progress: report?.cells === undefined ? undefined : { cell: Math.min(report.cells, cells), cells },
    resultsUrl: request && number ? `gs://${bucket}/runs/${request.run}/attempts/${number}/results` : undefined,
    live: state.removing !== undefined || !isAtRest(state),
  });
}

export function statusOf(state: RunState): Status {
  if (state.end) return state.end.status;
  if (!state.request) return 'cancelled';
  const attempt = state.attempts[currentAttempt(state)];
  if (!attempt) return 'queued';
  return agentState(attempt) ? 'running' : 'provisioning';
}

const PHASE_TEXT: Record<Phase, string> = {
  boot: 'The VM has booted',
  source: 'Fetching the snapshot',
  setup: 'Running the setup command',
  execute: 'Executing the notebook',
  publish: 'Saving the results',
};

function messageOf(state: RunState, status: Status): string {
  const attempt = state.attempts[currentAttempt(state)];
  switch (status) {
    case 'queued':
      return 'Waits for a VM to be asked for';
    case 'provisioning':
      return `Waits for a ${attempt?.decided.machine} VM in ${attempt?.decided.zone}`;
    case 'running':
      return PHASE_TEXT[(attempt && agentState(attempt)?.phase) ?? PHASES[0]];
    default:
      return state.end?.message ?? 'Cancelled before its commit arrived';
  }
}

function withoutAbsent<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
