// Why an attempt cannot go on, in the order in which causes count. Pure.
import {
  CAUSES,
  currentPeriod,
  NEXT_STEPS,
  type Attempt,
  type EndStatus,
  type Reason,
  type RunState,
} from '@mymlops/protocol';
import { failureWords, isRepeatedUnknown } from '../vm/failure-lookup';
import { whyLost } from '../vm/liveness';
import { insertOf } from '../vm/record';
import { agentState, stoppingState, vmsOf } from './attempts';

export interface Interruption {
  status: Exclude<EndStatus, 'succeeded'>;
  reason: Reason;
  /** The fact. */
  message: string;
  /** The next step for the user, where no attempt follows. Absent where the message says it, or the VM wrote it. */
  next?: string;
  /** Another attempt may do better: interruption, loss and capacity. Never a user's error. */
  mayRetry: boolean;
}

/** Undefined while the attempt can go on. */
export function interruptionOf(state: RunState, attempt: Attempt): Interruption | undefined {
  if (state.cancel) return { ...failed('cancelled-by-user', CAUSES['cancelled-by-user']), status: 'cancelled' };
  const refused = insertOf(attempt.vm).failure;
  if (refused) {
    const { message, next } = failureWords(attempt.vm, refused);
    if (isRepeatedUnknown(vmsOf(state))) return { ...failed('internal', message), ...nextOf('internal') };
    return { ...failed(refused.reason, message), next, mayRetry: refused.scope !== 'all' };
  }
  if (attempt.outcomeDefect) return failed('internal', `outcome.json cannot be read: ${attempt.outcomeDefect}`);
  const interruption = currentPeriod(attempt.vm).down ? afterDown(attempt) : afterLivenessCheck(attempt);
  return interruption && hasUsedItsTime(state, attempt) ? failed('timed-out', USED_UP) : interruption;
}

/** A VM may report these though its user did nothing wrong: a VM that is going down shows them too. */
const INFRASTRUCTURE: readonly Reason[] = ['internal', 'source-unavailable'];

/** The VM is down, without an outcome. */
function afterDown(attempt: Attempt): Interruption {
  const { down } = currentPeriod(attempt.vm);
  const failure = agentState(attempt)?.failure;
  const isUsers = failure && !INFRASTRUCTURE.includes(failure.reason);
  const isPreempted = down?.cause === 'preempted' || stoppingState(attempt)?.preempted === true;
  if (isPreempted && !isUsers) return interrupted('preempted', CAUSES.preempted);
  if (failure) return { ...failed(failure.reason, failure.message), mayRetry: failure.reason === 'internal' };
  return interrupted('lost', LOST_BY[down?.cause ?? ''] ?? CAUSES.lost);
}

const LOST_BY: Partial<Record<string, string>> = {
  deleted: 'The VM was deleted by someone.',
  'time-limit':
    'Google ended the VM at the limit of its life (maxRunDuration), before its command had used up max_run or its results were saved.',
};

const USED_UP =
  'The command used up max_run, and its VM disappeared before everything was saved. Raise max_run. The log and the notebook up to that point are in the bucket.';

/**
 * Another attempt would use it up again. The VM says that it ended the command; or Google ended the VM at its limit, which
 * leaves the command max_run and time to publish. Both times are the VM's own, so that its clock may be wrong. One that was
 * given up before that limit ran no command to its end: it was silent, or its fence stopped it.
 */
function hasUsedItsTime({ request }: RunState, attempt: Attempt): boolean {
  const { command, phases } = agentState(attempt) ?? {};
  if (command) return command.timedOut;
  const { start, down } = currentPeriod(attempt.vm);
  if (down?.cause !== 'time-limit' || !request || !phases?.execute) return false;
  const limitMs = Date.parse(start.startedAt ?? start.at) + start.maxRunDurationSeconds * 1000;
  if (Date.parse(attempt.vm.fencedAt ?? '') < limitMs) return false;
  const beforeSeconds = (Date.parse(phases.execute) - Date.parse(phases.boot ?? phases.execute)) / 1000;
  return start.maxRunDurationSeconds - beforeSeconds >= request.maxRunSeconds;
}

function afterLivenessCheck(attempt: Attempt): Interruption | undefined {
  const why = whyLost(attempt.vm);
  return why === undefined ? undefined : interrupted('lost', why);
}

const nextOf = (reason: Reason): Pick<Interruption, 'next'> => ({ next: NEXT_STEPS[reason] });

const interrupted = (reason: Reason, message: string): Interruption => ({
  ...failed(reason, message),
  ...nextOf(reason),
  mayRetry: true,
});

const failed = (reason: Reason, message: string): Interruption => ({
  status: 'failed',
  reason,
  message,
  mayRetry: false,
});
