// Small readings of a run's attempts that several policies share.
import type { Attempt, ReportRecord, ReportState, RunState } from '@mymlops/protocol';

/** Number of the newest attempt; 0 before the first. */
export function currentAttempt(state: RunState): number {
  return Math.max(0, ...Object.keys(state.attempts).map(Number));
}

export function attemptOf(state: RunState, number: number): Attempt {
  const attempt = state.attempts[number];
  if (!attempt) throw new Error(`run has no attempt ${number}`);
  return attempt;
}

/** A copy of `state` in which attempt `number` has `fields` laid over it. */
export function withAttempt(state: RunState, number: number, fields: Partial<Attempt>): RunState {
  const attempt = { ...attemptOf(state, number), ...fields };
  return { ...state, attempts: { ...state.attempts, [number]: attempt } };
}

function newestOf(attempt: Attempt, writer: 'agent' | 'shutdown'): ReportRecord | undefined {
  const records = Object.entries(attempt.reports ?? {})
    .filter(([key]) => key.endsWith(`_${writer}`))
    .map(([, record]) => record);
  return records.reduce<ReportRecord | undefined>(
    (newest, record) => (newest && newest.receivedAt >= record.receivedAt ? newest : record),
    undefined,
  );
}

/** What the agent on the VM said last. */
export function agentState(attempt: Attempt): ReportState | undefined {
  return newestOf(attempt, 'agent')?.state;
}

/** What the shutdown script said: the VM is going down. */
export function stoppingState(attempt: Attempt): ReportState['stopping'] {
  return newestOf(attempt, 'shutdown')?.state.stopping ?? newestOf(attempt, 'agent')?.state.stopping;
}

/** The insert was settled well: there was a VM. */
export function hadVm(attempt: Attempt): boolean {
  return attempt.insert?.settledAt !== undefined && attempt.insert.failure === undefined;
}
