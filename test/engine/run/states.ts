// States of a run for the truth tables. Times are counted in seconds from ten o'clock, when the first attempt is decided.
import type { Attempt, Period, Reason, ReportState, RunState, VmFailure } from '@mymlops/protocol';
import type { Moment } from '../../../functions/src/engine/action';
import { aCommit, anAttempt } from '../../fakes/builders';

const T0_MS = Date.parse('2026-11-21T10:00:00.000Z');

export const at = (seconds: number): string => new Date(T0_MS + seconds * 1000).toISOString();

/** Another invocation than the one that wrote the intents of `anAttempt`. */
export const moment = (seconds: number, fields: Partial<Moment> = {}): Moment => ({
  nowMs: T0_MS + seconds * 1000,
  actor: 'b',
  ...fields,
});

export const aRun = (fields: Partial<RunState> = {}): RunState => ({
  v: 1,
  request: aCommit(),
  acceptedAt: at(0),
  attempts: {},
  ...fields,
});

type Reports = NonNullable<Period<ReportState>['reports']>;

const reportBy =
  (writer: 'agent' | 'shutdown') =>
  (state: Partial<ReportState> = {}, receivedAt = at(60), boot = 'boot-0001'): Reports => ({
    [`${boot}_${writer}`]: { seq: 1, receivedAt, state: { phase: 'boot', phases: {}, ...state } },
  });

export const agentSaid = reportBy('agent');
export const shutdownSaid = reportBy('shutdown');
/** The shutdown script says that the VM is going down. */
export const isStopping = (preempted: boolean): Reports => shutdownSaid({ stopping: { preempted, at: at(70) } });

export const refusal = (reason: Reason = 'no-capacity', fields: Partial<VmFailure> = {}): VmFailure => ({
  reason,
  code: 'CODE',
  message: 'as Google says',
  scope: 'zone',
  ...fields,
});

type VmFields = NonNullable<Parameters<typeof anAttempt>[0]>;

/** Its VM came up after ten seconds, and its time limit is verified. */
export const cameUp = ({ start, period, ...vm }: VmFields = {}, fields: Partial<Attempt> = {}): Attempt =>
  anAttempt(
    {
      start: { operation: 'o', settledAt: at(10), ...start },
      period: { timeLimitVerifiedAt: at(11), ...period },
      ...vm,
    },
    fields,
  );

/** Its insert failed after ten seconds. */
export const refused = (failure = refusal(), vm: VmFields = {}, fields: Partial<Attempt> = {}): Attempt =>
  anAttempt({ ...vm, start: { operation: 'o', settledAt: at(10), failure, ...vm.start } }, fields);

export const givenUp = (
  seconds = 100,
  fields: Partial<NonNullable<Attempt['givenUp']>> = {},
): Pick<Attempt, 'givenUp'> => ({
  givenUp: { at: at(seconds), reason: 'lost', message: 'the last message', ...fields },
});

export const outcome: NonNullable<Attempt['outcome']> = {
  startedAt: at(20),
  finishedAt: at(80),
  exit: 0,
  timedOut: false,
  missing: 0,
};
