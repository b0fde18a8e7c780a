import type { Attempt, Period, ReportState, RunState } from '@mymlops/protocol';
import { finishedAtOf, startedAtOf } from '../../../functions/src/engine/run/clocks';
import { anAttempt as anyAttempt } from '../../fakes/builders';

/** Ten o'clock and so many seconds. */
const at = (seconds: number): string => new Date(Date.parse('2026-11-21T10:00:00Z') + seconds * 1000).toISOString();

type Reports = NonNullable<Period<ReportState>['reports']>;

interface Overrides extends Omit<Partial<Attempt>, 'vm'> {
  reports?: Reports;
  settledAt?: string;
}

const anAttempt = ({ reports, settledAt, ...fields }: Overrides = {}, decided = at(0)): Attempt =>
  anyAttempt(
    { start: { at: decided, ...(settledAt && { settledAt }) }, period: { ...(reports && { reports }) } },
    fields,
  );

const agent = (phases: ReportState['phases'], receivedAt = at(60), boot = 'b'): Reports => ({
  [`${boot}_agent`]: { seq: 1, receivedAt, state: { phase: 'boot', phases } },
});

const given = { at: at(100), reason: 'preempted' as const, message: '' };
const outcome = { startedAt: at(25), finishedAt: at(70), timedOut: false, missing: 0 };
const ended = { status: 'failed' as const, message: '', at: at(90) };

const run = (fields: Omit<Partial<RunState>, 'v'>): RunState => ({ v: 1, attempts: {}, ...fields });

describe('when a VM began to work for it', () => {
  test.each<[string, RunState['attempts'], string | undefined]>([
    ['no attempt yet', {}, undefined],
    ['a VM is decided on, and has not reported', { 1: anAttempt() }, undefined],
    ['it was made, and has not reported', { 1: anAttempt({ settledAt: at(9) }) }, undefined],
    ['its agent reported', { 1: anAttempt({ reports: agent({ boot: at(10), source: at(11) }) }) }, at(10)],
    ['in setup', { 1: anAttempt({ reports: agent({ boot: at(10), setup: at(12) }) }) }, at(10)],
    ['in execute', { 1: anAttempt({ reports: agent({ boot: at(10), execute: at(40) }) }) }, at(10)],
    ['a report without the time of its boot', { 1: anAttempt({ reports: agent({}) }) }, at(0)],
    ["the VM's clock was not set yet", { 1: anAttempt({ reports: agent({ boot: '1970-01-01T00:00:09Z' }) }) }, at(0)],
    [
      'only its shutdown script was heard',
      {
        1: anAttempt({ reports: { b_shutdown: { seq: 1, receivedAt: at(9), state: { phase: 'boot', phases: {} } } } }),
      },
      undefined,
    ],
    [
      'it booted twice',
      {
        1: anAttempt({ reports: { ...agent({ boot: at(30) }, at(31), 'b'), ...agent({ boot: at(10) }, at(11), 'a') } }),
      },
      at(10),
    ],
    [
      'waits between two attempts',
      { 1: anAttempt({ reports: agent({ boot: at(10) }), givenUp: given }), 2: anAttempt({}, at(100)) },
      at(10),
    ],
    [
      'the second attempt works',
      {
        1: anAttempt({ reports: agent({ boot: at(10) }), givenUp: given }),
        2: anAttempt({ reports: agent({ boot: at(120) }) }, at(100)),
      },
      at(10),
    ],
    [
      'the first attempt had no VM',
      { 1: anAttempt({ givenUp: given }), 2: anAttempt({ reports: agent({ boot: at(120) }) }, at(100)) },
      at(120),
    ],
    [
      'seconds with and without fractions',
      {
        1: anAttempt({ reports: agent({ boot: '2026-11-21T10:00:20Z' }), givenUp: given }),
        2: anAttempt({ reports: agent({ boot: '2026-11-21T10:00:20.500Z' }) }),
      },
      '2026-11-21T10:00:20Z',
    ],
  ])('%s', (_what, attempts, expected) => {
    expect(startedAtOf(run({ attempts }))).toBe(expected);
  });
});

describe('when it was over', () => {
  test.each<[string, RunState, string | undefined]>([
    ['it works', run({ attempts: { 1: anAttempt({ reports: agent({}) }) } }), undefined],
    [
      'results are saved, and nothing was decided on them',
      run({ attempts: { 1: anAttempt({ outcome: { ...outcome, savedAt: at(80) } }) } }),
      undefined,
    ],
    [
      'ended: when the results were saved, not when that was seen',
      run({ attempts: { 1: anAttempt({ outcome: { ...outcome, savedAt: at(80) } }) }, end: { ...ended, attempt: 1 } }),
      at(80),
    ],
    [
      'an outcome that an older agent wrote',
      run({ attempts: { 1: anAttempt({ outcome }) }, end: { ...ended, attempt: 1 } }),
      at(70),
    ],
    ['lost without an outcome', run({ attempts: { 1: anAttempt() }, end: { ...ended, attempt: 1 } }), at(90)],
    ['cancelled while queued', run({ end: { ...ended, status: 'cancelled' } }), at(90)],
  ])('%s', (_what, state, expected) => {
    expect(finishedAtOf(state)).toBe(expected);
  });
});
