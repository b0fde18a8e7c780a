// Why an attempt cannot go on. Rows: the state, and the cause: `undefined` where it can. Causes stand in the order in which
// they count; in each group the later ones are true as well.
import {
  CAUSES,
  NEXT_STEPS,
  type Attempt,
  type Liveness,
  type ReportState,
  type RunState,
  type VmFailure,
  type SeenDown,
} from '@mymlops/protocol';
import { interruptionOf } from '../../../functions/src/engine/run/interruption';
import { failureWords } from '../../../functions/src/engine/vm/failure-lookup';
import { aCommit } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, isStopping, refusal, refused } from './states';

interface Cause {
  reason: string;
  mayRetry: boolean;
  message?: unknown;
  status?: string;
  next?: string;
}

const cancel = { by: 'ada', at: at(30) };
const stopped = (cause?: SeenDown['cause']): SeenDown => ({ at: at(90), how: 'stopped', ...(cause && { cause }) });
const silent: Liveness = { at: at(900), newestObjectAt: at(5), probeAt: at(890), probesSince: at(0) };
const command = (timedOut: boolean): Partial<ReportState> => ({ command: { exit: 1, timedOut, finishedAt: at(80) } });
const said = (reason: 'setup-failed' | 'internal' | 'source-unavailable'): Partial<ReportState> => ({
  failure: { reason, message: 'as the VM says' },
});
const isDown = (cause?: SeenDown['cause'], state?: Partial<ReportState>): Attempt =>
  cameUp({ period: { down: stopped(cause), ...(state && { reports: agentSaid(state) }) } });

/** The next step for the user: for what another attempt may correct, or Google refused. */
const nextOf = (reason: string) =>
  reason === 'preempted' || reason === 'lost' || reason === 'no-capacity' || reason === 'quota'
    ? { next: NEXT_STEPS[reason] }
    : {};

const expectCause = (attempt: Attempt, run: RunState, expected: Cause | undefined): void => {
  const found = interruptionOf(run, attempt);
  expect(found).toStrictEqual(
    expected && { status: 'failed', message: expect.any(String) as string, ...nextOf(expected.reason), ...expected },
  );
};

describe('the order of causes', () => {
  const defect = { outcomeDefect: 'not JSON' };
  const cancelled = {
    status: 'cancelled',
    reason: 'cancelled-by-user',
    message: CAUSES['cancelled-by-user'],
    mayRetry: false,
  };
  const reports = agentSaid({ ...command(true), ...said('setup-failed') });
  test.each<[string, Attempt, Partial<RunState>, Cause | undefined]>([
    ['it goes on', cameUp(), {}, undefined],
    ['a cancel', cameUp(), { cancel }, cancelled],
    ['a cancel, before an insert that failed', refused(), { cancel }, cancelled],
    ['a cancel, before an outcome that cannot be read', cameUp({}, defect), { cancel }, cancelled],
    ['a cancel, before the time limit', isDown('preempted', command(true)), { cancel }, cancelled],
    [
      'an insert that failed, before an outcome that cannot be read',
      refused(refusal(), {}, defect),
      {},
      { reason: 'no-capacity', mayRetry: true },
    ],
    [
      'an insert that failed, before a VM that is down',
      refused(refusal(), { period: { down: stopped('preempted'), reports } }),
      {},
      { reason: 'no-capacity', mayRetry: true },
    ],
    [
      'an outcome that cannot be read, before the time limit',
      cameUp({ period: { down: stopped('preempted'), reports } }, defect),
      {},
      { reason: 'internal', mayRetry: false, message: 'outcome.json cannot be read: not JSON' },
    ],
    [
      'the time limit, before a preemption',
      isDown('preempted', command(true)),
      {},
      { reason: 'timed-out', mayRetry: false },
    ],
    [
      'the time limit, before a failure that the VM reports',
      isDown(undefined, { ...command(true), ...said('setup-failed') }),
      {},
      { reason: 'timed-out', mayRetry: false },
    ],
    [
      "the user's failure, before a preemption",
      isDown('preempted', said('setup-failed')),
      {},
      { reason: 'setup-failed', mayRetry: false },
    ],
    [
      'a preemption, before a failure of the infrastructure',
      isDown('preempted', said('internal')),
      {},
      { reason: 'preempted', mayRetry: true },
    ],
    [
      'a VM that is down, before one that is silent',
      cameUp({ period: { down: stopped('preempted'), liveness: silent } }),
      {},
      { reason: 'preempted', mayRetry: true },
    ],
  ])('%s', (_state, attempt, fields, expected) => expectCause(attempt, aRun(fields), expected));
});

const wordsOf = (failure: VmFailure) => failureWords({ zone: 'local-a', machine: 'this-computer' }, failure).message;

describe('an insert that failed', () => {
  test.each<[string, Attempt, Cause]>([
    [
      'another zone may have it',
      refused(refusal('no-capacity')),
      { reason: 'no-capacity', mayRetry: true, message: wordsOf(refusal()) },
    ],
    [
      'no zone will',
      refused(refusal('quota', { scope: 'all' })),
      { reason: 'quota', mayRetry: false, message: wordsOf(refusal('quota')) },
    ],
    ['the scope decides, not the reason', refused(refusal('quota')), { reason: 'quota', mayRetry: true }],
    [
      'in a zone that does not answer: no code is shown, for the message says it all',
      refused(refusal('lost', { code: 'unanswered', message: 'local-a has not answered' })),
      { reason: 'lost', mayRetry: true, message: 'local-a has not answered.' },
    ],
  ])('%s', (_state, attempt, expected) => expectCause(attempt, aRun(), expected));

  test.each<[times: number, code: string, Cause]>([
    [4, 'NEVER_SEEN', { reason: 'no-capacity', mayRetry: true }],
    [5, 'NEVER_SEEN', { reason: 'internal', mayRetry: false, next: NEXT_STEPS.internal }],
    [5, 'stockout', { reason: 'no-capacity', mayRetry: true }],
  ])('%i times in a row with %s', (times, code, expected) => {
    const attempt = refused(refusal('no-capacity', { code }));
    const attempts = Object.fromEntries(Array.from({ length: times }, (_, index) => [index + 1, attempt]));
    expectCause(attempt, aRun({ attempts }), expected);
  });
});

describe('a VM that is down', () => {
  const lost = { reason: 'lost', mayRetry: true };
  const preempted = { reason: 'preempted', mayRetry: true, message: CAUSES.preempted };
  const stoppingVm = (isPreempted: boolean): Attempt =>
    cameUp({ period: { down: stopped(), reports: isStopping(isPreempted) } });
  test.each<[string, Attempt, Cause]>([
    ['nobody knows why', isDown(), { ...lost, message: CAUSES.lost }],
    ['preempted, as the zone says', isDown('preempted'), preempted],
    ['preempted, as its shutdown script says', stoppingVm(true), preempted],
    ['not preempted, as its shutdown script says', stoppingVm(false), { ...lost, message: CAUSES.lost }],
    ['deleted', isDown('deleted'), { ...lost, message: 'The VM was deleted by someone.' }],
    [
      'at its time limit',
      isDown('time-limit'),
      { ...lost, message: expect.stringMatching(/^Google ended the VM at the limit of its life/) },
    ],
    [
      'it said that its setup failed',
      isDown(undefined, said('setup-failed')),
      { reason: 'setup-failed', mayRetry: false, message: 'as the VM says' },
    ],
    [
      'it reported that its source was missing',
      isDown(undefined, said('source-unavailable')),
      { reason: 'source-unavailable', mayRetry: false, message: 'as the VM says' },
    ],
    [
      'it said that something of ours failed',
      isDown(undefined, said('internal')),
      { reason: 'internal', mayRetry: true, message: 'as the VM says' },
    ],
    ['a preempted VM cannot fetch its source any more', isDown('preempted', said('source-unavailable')), preempted],
    [
      'deleted, and its setup had failed',
      isDown('deleted', said('setup-failed')),
      { reason: 'setup-failed', mayRetry: false },
    ],
  ])('%s', (_state, attempt, expected) => expectCause(attempt, aRun(), expected));
});

describe('a VM that is silent', () => {
  const lost = (why: string): Cause => ({ reason: 'lost', mayRetry: true, message: why });
  const looked = (liveness: Partial<Liveness>, vm: object = {}): Attempt =>
    cameUp({ period: { liveness: { ...silent, ...liveness } }, ...vm });
  test.each<[string, Attempt, Cause | undefined]>([
    ['nobody has looked', cameUp({ fencedAt: at(900) }), undefined],
    ['it never came up', looked({ newestObjectAt: undefined }), lost('The VM did not report within 10 minutes.')],
    ['it has written something, and reports could have come', looked({}), lost('The VM was silent for 10 minutes.')],
    ['reports could not have come', looked({ probeAt: undefined }), undefined],
    [
      'it was fenced because it was silent, and reports now',
      looked({ newestObjectAt: at(899) }, { fencedAt: at(900) }),
      lost('The VM was silent for too long.'),
    ],
    [
      'it used up its time, and then was silent',
      cameUp({
        period: { liveness: { ...silent, at: at(1900), probeAt: at(1890) }, reports: agentSaid(command(true)) },
      }),
      { reason: 'timed-out', mayRetry: false, message: expect.stringMatching(/^The command used up max_run/) },
    ],
    [
      'it reports and has used up its time: its outcome will come',
      cameUp({ period: { reports: agentSaid(command(true)) } }),
      undefined,
    ],
  ])('%s', (_state, attempt, expected) => expectCause(attempt, aRun(), expected));
});

describe('whether the command has used its time', () => {
  const timedOut = { reason: 'timed-out', mayRetry: false };
  const lost = { reason: 'lost', mayRetry: true };
  // The VM may live for 6600 s and the command for 3600: it has its time where it began within 3000 s of the boot.
  const began = (seconds: number, cause: SeenDown['cause'] = 'time-limit'): Attempt =>
    isDown(cause, { phases: { boot: at(10), execute: at(10 + seconds) } });
  const fenced = (seconds: number, start = {}): Attempt => {
    const reports = agentSaid({ phases: { boot: at(10), execute: at(10) } });
    return cameUp({ start, period: { down: stopped('time-limit'), reports }, fencedAt: at(seconds) });
  };
  const without: Partial<RunState> = { request: undefined };
  test.each<[string, Attempt, Partial<RunState>, Cause]>([
    [
      'the VM ended it',
      isDown('time-limit', { ...command(true), phases: { boot: at(10), execute: at(4000) } }),
      {},
      timedOut,
    ],
    [
      'the VM saw it end by itself',
      isDown('time-limit', { ...command(false), phases: { boot: at(10), execute: at(20) } }),
      {},
      lost,
    ],
    ['it began at once, and Google ended the VM', began(0), {}, timedOut],
    ['it began just early enough', began(3000), {}, timedOut],
    ['it began a second later', began(3001), {}, lost],
    ['a longer max_run', began(3000), { request: aCommit({ maxRunSeconds: 3601 }) }, lost],
    [
      'a VM that may live longer',
      cameUp({
        start: { maxRunDurationSeconds: 6601 },
        period: { down: stopped('time-limit'), reports: agentSaid({ phases: { boot: at(10), execute: at(3011) } }) },
      }),
      {},
      timedOut,
    ],
    ['when it booted is not known', isDown('time-limit', { phases: { execute: at(9000) } }), {}, timedOut],
    ['it had not begun', isDown('time-limit', { phases: { boot: at(10), setup: at(20) } }), {}, lost],
    ['the VM said nothing', isDown('time-limit'), {}, lost],
    ['somebody deleted the VM', began(0, 'deleted'), {}, lost],
    ['the VM was preempted', began(0, 'preempted'), {}, { reason: 'preempted', mayRetry: true }],
    ['a run without its request', began(0), without, lost],
    ['it was given up before the limit', fenced(6599), {}, lost],
    ['it was given up at the limit', fenced(6600), {}, timedOut],
    [
      'it was given up before the limit, from the start that Google shows',
      fenced(6619, { startedAt: at(20) }),
      {},
      lost,
    ],
    [
      'it was given up at the limit, from the start that Google shows',
      fenced(6620, { startedAt: at(20) }),
      {},
      timedOut,
    ],
  ])('%s', (_state, attempt, fields, expected) => expectCause(attempt, aRun(fields), expected));
});
