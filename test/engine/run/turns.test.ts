// Steps that cannot be done, as their zone is out, stand before no other: each comes round.
import type { Attempt, RunState } from '@mymlops/protocol';
import { decide } from '../../../functions/src/engine/run/decide';
import { aCommit, anAttempt, anOutput } from '../../fakes/builders';

const T0 = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE).toISOString();

type Overrides = NonNullable<Parameters<typeof anAttempt>[0]>;

const settled = (zone: string, attempt: number, { start, period }: Overrides = {}): Attempt =>
  anAttempt({
    name: `vm-${attempt}`,
    zone,
    start: { at: at(-100), maxRunDurationSeconds: 36_000, settledAt: at(-99), ...start },
    period: { timeLimitVerifiedAt: at(-99), ...period },
  });

const givenUp = (attempt: Attempt): Attempt => ({
  ...attempt,
  vm: { ...attempt.vm, fencedAt: at(-50) },
  outcomeAbsentAt: at(-49),
  givenUp: { at: at(-48), reason: 'lost', message: '' },
});

const outcome = { startedAt: at(-90), finishedAt: at(-21), exit: 0, timedOut: false, missing: 0 };
const live = (fields: Omit<RunState, 'v' | 'acceptedAt'>): RunState => ({ v: 1, acceptedAt: at(-100), ...fields });

/** The actions in minutes in which nothing can be done, and how often each comes. */
function askedFor(state: RunState, { from = 0, count = 60, every = 1 } = {}): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let minute = from; minute < from + count * every; minute += every) {
    const action = decide(state, { nowMs: T0 + minute * MINUTE, actor: 'b' });
    const name = nameOf(action);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function nameOf(action: ReturnType<typeof decide>): string {
  if (action === undefined) return 'nothing';
  if ('effect' in action) return `${action.effect} ${action.vm}`;
  return 'do' in action ? action.do : 'remove';
}

const lost = (count: number): Record<number, Attempt> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [index + 1, givenUp(settled(`zone-${index}`, index + 1))]),
  );

/** Calls that hang may let minutes pass. */
const STRIDES = [1, 2, 3, 4];
const CASES = [1, 2, 3].flatMap((count) => STRIDES.map((every): [number, number] => [count, every]));

describe.each(CASES)('beside what is left of %i lost attempts, asked every %i minutes', (count, every) => {
  const newest = count + 1;

  /** All of them come round, about as often as each other. */
  const expectTurns = (state: RunState, due: string): void => {
    const asked = askedFor(state, { every });
    const names = Array.from({ length: count }, (_, index) => `delete ${index + 1}`);
    expect(Object.keys(asked).toSorted()).toEqual([...names, due].toSorted());
    for (const times of Object.values(asked)) expect(Math.abs(times - 60 / newest)).toBeLessThan(5);
  };

  test('an insert that is not settled', () => {
    const start = { at: at(-20), maxRunDurationSeconds: 36_000, operation: 'o' };
    const pending = anAttempt({ name: `vm-${newest}`, zone: 'zone-x', start });
    const state = live({ request: aCommit(), attempts: { ...lost(count), [newest]: pending } });
    expectTurns(state, `await-start ${newest}`);
  });

  test('a result that cannot be sent', () => {
    const state = live({
      request: aCommit({ outputRepository: anOutput }),
      attempts: { ...lost(count), [newest]: { ...settled('zone-x', newest), outcome } },
      end: { status: 'succeeded', attempt: newest, message: '', at: at(-20) },
      publication: { state: 'pending' },
    });
    expectTurns(state, `send-result ${newest}`);
  });

  test('the time limit of a kept VM', () => {
    const unverified = settled('zone-x', newest, { period: { timeLimitVerifiedAt: undefined } });
    const state = live({
      request: aCommit({ keepSeconds: 28_800 }),
      attempts: { ...lost(count), [newest]: { ...unverified, outcome } },
      end: { status: 'succeeded', attempt: newest, message: '', at: at(-1) },
    });
    expectTurns(state, `verify-time-limit ${newest}`);
  });
});

test('a run whose VM cannot be told what it has earned keeps its slot for as long as the VM can bill', () => {
  const attempt = settled('zone-x', 1);
  const state = live({
    request: aCommit({ outputRepository: anOutput }),
    attempts: { 1: { ...attempt, outcome } },
    slots: { held: ['deployment'] },
    end: { status: 'succeeded', attempt: 1, message: '', at: at(-20) },
    publication: { state: 'pending' },
  });
  const overMinute = -99 + 600 + 61;
  expect(askedFor(state, { from: overMinute - 5, count: 5 })).toEqual({ 'send-result 1': 5 });
  expect(askedFor(state, { from: overMinute, count: 5 })).toEqual({ 'release-slots 1': 5 });
});

test('what the VM says of its push is written at once, whatever cannot be removed', () => {
  const reports = {
    '1_agent': {
      seq: 1,
      receivedAt: at(-1),
      state: { phase: 'publish' as const, phases: {}, publication: { commit: 'd'.repeat(40) } },
    },
  };
  const state = live({
    request: aCommit({ outputRepository: anOutput }),
    attempts: { ...lost(2), 3: { ...settled('zone-x', 3, { period: { reports } }), outcome, resultSentAt: at(-19) } },
    end: { status: 'succeeded', attempt: 3, message: '', at: at(-20) },
    publication: { state: 'pending' },
  });
  expect(askedFor(state)).toEqual({ 'settle-publication': 60 });
});
