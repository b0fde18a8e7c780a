// Why an attempt cannot go on, in the order in which causes count. Pure.
import { REASONS, type Attempt, type EndStatus, type Reason, type RunState } from '@mymlops/protocol';
import { agentState, stoppingState } from './attempts';
import { whyLost } from './silence';

export interface Interruption {
  status: Exclude<EndStatus, 'succeeded'>;
  reason: Reason;
  message: string;
  /** Another attempt may do better: interruption, loss and capacity. Never a user's error. */
  mayRetry: boolean;
}

/** Undefined while the attempt can go on. */
export function interruptionOf(state: RunState, attempt: Attempt): Interruption | undefined {
  if (state.cancel) return { ...failed('cancelled-by-user', REASONS['cancelled-by-user']), status: 'cancelled' };
  const refused = attempt.insert?.failure;
  if (refused) {
    const message = `${REASONS[refused.reason]} (${refused.code}: ${refused.message})`;
    return { ...failed(refused.reason, message), mayRetry: refused.scope === 'zone' };
  }
  if (attempt.outcomeDefect) return failed('internal', `outcome.json cannot be read: ${attempt.outcomeDefect}`);
  return attempt.stopped ? afterStop(attempt) : afterSilence(attempt);
}

/** The VM is down, without an outcome. */
function afterStop(attempt: Attempt): Interruption {
  const failure = agentState(attempt)?.failure;
  if (failure) return failed(failure.reason, failure.message64);
  const isPreempted = attempt.stopped?.cause === 'preempted' || stoppingState(attempt)?.preempted === true;
  if (isPreempted) return { ...failed('preempted', REASONS.preempted), mayRetry: true };
  const message = attempt.stopped?.cause === 'deleted' ? DELETED : REASONS.lost;
  return { ...failed('lost', message), mayRetry: true };
}

const DELETED = 'The VM was deleted by somebody, and no attempts are left. Commit again; the log up to then is kept.';

function afterSilence(attempt: Attempt): Interruption | undefined {
  const why = whyLost(attempt);
  return why === undefined ? undefined : { ...failed('lost', `${why} ${REASONS.lost}`), mayRetry: true };
}

const failed = (reason: Reason, message: string): Interruption => ({
  status: 'failed',
  reason,
  message,
  mayRetry: false,
});
