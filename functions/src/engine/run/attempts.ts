// Small readings of a run's attempts that several policies share.
import type { Attempt, Publication, ReportRecord, ReportState, RunState } from '@mymlops/protocol';
import { isOwn, ownFailure } from '../vm/internal-failures';

/** Number of the newest attempt; 0 before the first. */
export function currentAttempt(state: RunState): number {
  return Math.max(0, ...Object.keys(state.attempts).map(Number));
}

export function newestAttempt(state: RunState): Attempt | undefined {
  return state.attempts[currentAttempt(state)];
}

/** VMs that existed: what `max_attempts` counts. */
export function attemptsWithVm(state: RunState): Attempt[] {
  return Object.values(state.attempts).filter(hadVm);
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
  return newestOf(attempt, 'shutdown')?.state.stopping;
}

/** What the VM said of its push. One that worked counts, whatever another report says. */
export function reportedPublication(attempt: Attempt): Exclude<Publication, { state: 'pending' }> | undefined {
  const said = Object.values(attempt.reports ?? {}).flatMap(({ state, receivedAt }) =>
    state.publication ? [{ ...state.publication, at: receivedAt }] : [],
  );
  const pushed = said.find((publication) => 'commit' in publication);
  if (pushed && 'commit' in pushed) return { state: 'done', commit: pushed.commit, at: pushed.at };
  const [refused] = said;
  return refused && 'message64' in refused
    ? { state: 'failed', message: refused.message64, at: refused.at }
    : undefined;
}

/** Compute Engine made the VM and dropped what bounds its life: it goes, whatever it has done. */
export const isUnguarded = ({ insert }: Attempt): boolean => isOwn(insert?.failure, 'unguarded');

/** The insert failed, and there may have been a VM that worked all the same. */
export const mayHaveHadVm = ({ insert }: Attempt): boolean =>
  ownFailure(insert?.failure?.code ?? '')?.mayHaveHadVm === true;

/** The insert was settled well, or its VM itself has said so. */
export function hadVm({ insert, reports }: Attempt): boolean {
  return (insert?.settledAt !== undefined && insert.failure === undefined) || reports !== undefined;
}
