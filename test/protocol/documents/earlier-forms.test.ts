// Documents of when runs were the only kind, and of when their attempts had no VM record.
import {
  deadLetterInTodaysForm,
  poolInTodaysForm,
  runInTodaysForm,
  sweepReportInTodaysForm,
  type RunState,
} from '@mymlops/protocol';
import { aCommit, aCommitOfBefore, anAttempt } from '../../fakes/builders';

const AT = '2026-11-21T10:00:00.000Z';

const decided = {
  at: AT,
  actor: 'a',
  zone: 'local-a',
  machine: 'this-computer',
  provisioning: 'spot',
  vm: 'vm-1',
  requestId: 'r',
  maxRunDurationSeconds: 3600,
};
const vm = {
  name: 'vm-1',
  zone: 'local-a',
  machine: 'this-computer',
  provisioning: 'spot',
  terminationAction: 'DELETE',
  requestId: 'r',
};
const start = { at: AT, actor: 'a', maxRunDurationSeconds: 3600 };
const said = { phase: 'publish', phases: {}, cells: 3 };
const record = { seq: 1, receivedAt: AT };

const todays = (fields: object): RunState => runInTodaysForm({ v: 1, attempts: {}, ...fields });

test.each<[what: string, earlier: object, today: object]>([
  ['an intent', { decided }, { vm: { ...vm, periods: { 1: { start } } } }],
  [
    'its checkpoint',
    { decided: { ...decided, checkpoint: 'c' } },
    { checkpoint: 'c', vm: { ...vm, periods: { 1: { start } } } },
  ],
  [
    'a VM that was made and read back, was silent, and is gone',
    {
      decided,
      insert: { operation: 'o', instanceId: '42', settledAt: AT },
      guardedAt: AT,
      silence: { at: AT, newestObjectAt: AT, canaryAt: AT, canarySince: AT },
      stopped: { at: AT, how: 'gone' },
      closedAt: AT,
      outcomeAbsentAt: AT,
      givenUp: { at: AT, reason: 'lost', message: 'm' },
      goneAt: AT,
    },
    {
      outcomeAbsentAt: AT,
      givenUp: { at: AT, reason: 'lost', message: 'm' },
      vm: {
        ...vm,
        id: '42',
        fencedAt: AT,
        goneAt: AT,
        periods: {
          1: {
            start: { ...start, operation: 'o', settledAt: AT },
            timeLimitVerifiedAt: AT,
            liveness: { at: AT, newestObjectAt: AT, probeAt: AT, probesSince: AT },
            down: { at: AT, how: 'gone' },
          },
        },
      },
    },
  ],
  [
    'a VM that has reported a failure and a refused push before its insert answered',
    {
      decided,
      instanceId: '42',
      reports: {
        'b-1_agent': {
          ...record,
          state: { ...said, failure: { reason: 'internal', message64: 'f' }, publication: { message64: 'p' } },
        },
        'b-2_agent': { ...record, state: { ...said, publication: { commit: 'c' } } },
      },
      verdictSentAt: AT,
    },
    {
      resultSentAt: AT,
      vm: {
        ...vm,
        reportedId: '42',
        periods: {
          1: {
            start,
            reports: {
              'b-1_agent': {
                ...record,
                state: { ...said, failure: { reason: 'internal', message: 'f' }, publication: { message: 'p' } },
              },
              'b-2_agent': { ...record, state: { ...said, publication: { commit: 'c' } } },
            },
          },
        },
      },
    },
  ],
  [
    'a VM without its time limit',
    {
      decided,
      insert: { settledAt: AT, failure: { code: 'unguarded', reason: 'internal', message: 'm', scope: 'all' } },
    },
    {
      vm: {
        ...vm,
        periods: {
          1: {
            start: {
              ...start,
              settledAt: AT,
              failure: { code: 'noTimeLimit', reason: 'internal', message: 'm', scope: 'all' },
            },
          },
        },
      },
    },
  ],
])('%s', (_what, earlier, today) => {
  const state = todays({ attempts: { 1: earlier } });
  expect(state.attempts).toEqual({ 1: today });
  expect(runInTodaysForm(state)).toBe(state);
});

test('the pool for which a run waits', () => {
  const since = AT;
  const state = todays({ slots: { held: ['profile-x'], waiting: { scope: 'deployment', since } } });
  expect(state.slots).toEqual({ held: ['profile-x'], waiting: { pool: 'deployment', since } });
});

test('the request', () => {
  const { machine, ...earlier } = aCommitOfBefore({ lr: 0.5 });
  expect(todays({ request: { ...earlier, instance: machine } }).request).toEqual(
    aCommit({ parameters: { lr: '0.5' } }),
  );
});

test('a run of today is the same object', () => {
  const state: RunState = {
    v: 1,
    request: aCommit(),
    attempts: { 1: anAttempt() },
    slots: { held: [], waiting: { pool: 'deployment', since: AT } },
  };
  expect(runInTodaysForm(state)).toBe(state);
});

test('a slot pool was of ids of runs, with their zones beside them', () => {
  const [first, second, third] = ['one', 'two', 'three'].map((id) => ({ kind: 'run', id }));
  const earlier = { v: 1, max: 2, holders: ['one', 'two'], queue: ['three'], zones: { one: 'local-a' } } as const;
  const today = poolInTodaysForm({ ...earlier, holders: [...earlier.holders], queue: [...earlier.queue] });
  expect(today).toStrictEqual({ v: 1, max: 2, holders: [{ ...first, zone: 'local-a' }, second], queue: [third] });
  expect(poolInTodaysForm(today)).toStrictEqual(today);
});

test('the lists of a report, and the dead letters, were of runs', () => {
  const [one, two, three] = ['one', 'two', 'three'].map((id) => ({ kind: 'run', id }));
  const report = sweepReportInTodaysForm({ at: AT, advanced: ['one'], freed: ['two'], removed: ['three'] } as never);
  expect(report).toEqual({ at: AT, advanced: [one], freed: [two], removed: [three] });
  expect(sweepReportInTodaysForm(report)).toEqual(report);
  const letter = { v: 1, topic: 'requests', publishedAt: AT, at: AT, text: '{' } as const;
  const rejected = deadLetterInTodaysForm({ ...letter, outcome: 'failed-run', run: 'one' });
  expect(rejected).toStrictEqual({ ...letter, outcome: 'rejected', document: one });
  expect(deadLetterInTodaysForm(rejected)).toStrictEqual(rejected);
  expect(deadLetterInTodaysForm({ ...letter, outcome: 'shown' })).toStrictEqual({ ...letter, outcome: 'shown' });
});
