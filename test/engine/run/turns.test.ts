// Steps that cannot be done, as their zone is out, stand before no other: each comes round.
import type { Attempt, RunState } from '@mymlops/protocol';
import { decide } from '../../../functions/src/engine/run/decide';
import { aCommit, anOutput } from '../../fakes/builders';

const T0 = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE).toISOString();

const settled = (zone: string, attempt: number): Attempt => ({
  decided: {
    at: at(-100),
    actor: 'a',
    zone,
    machine: 'm',
    provisioning: 'spot',
    vm: `vm-${attempt}`,
    requestId: 'r',
    maxRunDurationSeconds: 36_000,
  },
  insert: { settledAt: at(-99) },
  guardedAt: at(-99),
});

const givenUp = (attempt: Attempt): Attempt => ({
  ...attempt,
  closedAt: at(-50),
  outcomeAbsentAt: at(-49),
  givenUp: { at: at(-48), reason: 'lost', message: '' },
});

const outcome = { startedAt: at(-90), finishedAt: at(-21), exit: 0, timedOut: false, missing: 0 };
const live = (fields: Omit<RunState, 'v' | 'acceptedAt'>): RunState => ({ v: 1, acceptedAt: at(-100), ...fields });

/** What is asked for in minutes in which nothing can be done, and how often. */
function askedFor(state: RunState, { from = 0, count = 60, every = 1 } = {}): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let minute = from; minute < from + count * every; minute += every) {
    const action = decide(state, { nowMs: T0 + minute * MINUTE, actor: 'b' });
    const name =
      action === undefined ? 'nothing' : 'effect' in action ? `${action.effect} ${action.attempt}` : action.do;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
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
    const { decided } = settled('zone-x', newest);
    const asked: Attempt = { decided: { ...decided, at: at(-20) }, insert: { operation: 'o' } };
    const state = live({ request: aCommit(), attempts: { ...lost(count), [newest]: asked } });
    expectTurns(state, `await-insert ${newest}`);
  });

  test('a verdict that cannot be given', () => {
    const state = live({
      request: aCommit({ outputRepository: anOutput }),
      attempts: { ...lost(count), [newest]: { ...settled('zone-x', newest), outcome } },
      end: { status: 'succeeded', attempt: newest, message: '', at: at(-20) },
      publication: { state: 'pending' },
    });
    expectTurns(state, `give-verdict ${newest}`);
  });

  test('the time limit of a kept VM', () => {
    const { guardedAt: _, ...unguarded } = settled('zone-x', newest);
    const state = live({
      request: aCommit({ keepSeconds: 28_800 }),
      attempts: { ...lost(count), [newest]: { ...unguarded, outcome } },
      end: { status: 'succeeded', attempt: newest, message: '', at: at(-1) },
    });
    expectTurns(state, `guard ${newest}`);
  });
});

test('a run whose VM cannot be told what it has earned keeps its place for as long as the VM can bill', () => {
  const attempt = settled('zone-x', 1);
  const state = live({
    request: aCommit({ outputRepository: anOutput }),
    attempts: { 1: { ...attempt, outcome } },
    slots: { held: ['deployment'] },
    end: { status: 'succeeded', attempt: 1, message: '', at: at(-20) },
    publication: { state: 'pending' },
  });
  const overMinute = -99 + 600 + 61;
  expect(askedFor(state, { from: overMinute - 5, count: 5 })).toEqual({ 'give-verdict 1': 5 });
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
    attempts: { ...lost(2), 3: { ...settled('zone-x', 3), outcome, reports, verdictSentAt: at(-19) } },
    end: { status: 'succeeded', attempt: 3, message: '', at: at(-20) },
    publication: { state: 'pending' },
  });
  expect(askedFor(state)).toEqual({ 'settle-publication': 60 });
});
