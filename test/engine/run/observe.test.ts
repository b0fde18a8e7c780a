import fc from 'fast-check';
import { commitRequest, inTodaysForm, parseWith, report, type RunState } from '@mymlops/protocol';
import { RequestConflictError } from '../../../functions/src/engine/kind';
import { withVm } from '../../../functions/src/engine/run/attempts';
import { EMPTY_RUN, observeCancel, observeCommit, observePublished } from '../../../functions/src/engine/run/observe';
import { observeDown, observeReport } from '../../../functions/src/engine/vm/observe';
import { aCommit, aCommitOfBefore, anAttempt, aReport } from '../../fakes/builders';
import type { SentReport } from '../../fakes/sent-report';

type Observation = (state: RunState) => RunState;

/** As the schema reads what an agent sends. */
function merged(state: RunState, sent: SentReport, receivedAt: string): RunState {
  const parsed = parseWith(report, sent);
  if (!parsed.ok) throw new Error(parsed.error);
  const said = parsed.value;
  return withVm(state, said.attempt, (vm) => observeReport(vm, said, said.state, receivedAt));
}

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 10, 0, seconds)).toISOString();

/** A run whose first attempt was decided and which ended by it, its push awaited. */
const ended: RunState = {
  ...EMPTY_RUN,
  request: aCommit(),
  attempts: { 1: anAttempt({ start: { at: at(0), maxRunDurationSeconds: 100 } }) },
  end: { status: 'succeeded', message: 'm', attempt: 1, at: at(30) },
  publication: { state: 'pending' },
};

const second = fc.integer({ min: 0, max: 50 });
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ by: fc.constantFrom('ada', 'bob'), s: second }).map(
    ({ by, s }) =>
      (state: RunState) =>
        observeCancel(state, { by, at: at(s) }),
  ),
  fc
    .record({
      seq: fc.integer({ min: 1, max: 6 }),
      writer: fc.constantFrom('agent' as const, 'shutdown' as const),
      boot: fc.constantFrom(...Array.from({ length: 8 }, (_, index) => `boot-000${index}`)),
      s: second,
    })
    .map(
      ({ seq, writer, boot, s }) =>
        (state: RunState) =>
          merged(state, aReport({ seq, writer, boot, state: { cells: seq } }), at(s)),
    ),
  fc.record({ how: fc.constantFrom('gone' as const, 'stopped' as const), s: second }).map(
    ({ how, s }) =>
      (state: RunState) =>
        withVm(state, 1, (vm) => observeDown(vm, { how, at: at(s) })),
  ),
  fc.constant((state: RunState) => observeCommit(state, aCommit(), at(0))),
);

test('any order and any repetition of observations gives the same run', () => {
  fc.assert(
    fc.property(
      fc
        .array(observation, { maxLength: 30 })
        .chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length }),
            fc.array(fc.nat({ max: Math.max(0, list.length - 1) }), { maxLength: 5 }),
          ),
        ),
      ([list, shuffled, repeats]) => {
        const again = repeats.flatMap((index) => list[index] ?? []);
        const straight = list.reduce((state, observe) => observe(state), ended);
        const crooked = [...shuffled, ...again].reduce((state, observe) => observe(state), ended);
        expect(crooked).toEqual(straight);
      },
    ),
    { numRuns: 500 },
  );
});

test('ever new boots made the run grow without end: those that have said most stay', () => {
  const invented = Array.from({ length: 600 }, (_, index) => aReport({ boot: `boot-${index}-${'x'.repeat(40)}` }));
  const genuine = aReport({ seq: 2, state: { outcome: true } });
  const state = [...invented, genuine, ...invented].reduce((known, each) => merged(known, each, at(1)), ended);
  const { reports = {} } = state.attempts[1]?.vm.periods[1] ?? {};
  expect(Object.keys(reports)).toHaveLength(5);
  expect(reports['boot-0001_agent']?.state.outcome).toBe(true);
});

test('an observation that brings nothing new returns the very same state', () => {
  const once = merged(ended, aReport(), at(1));
  expect(merged(once, aReport(), at(2))).toBe(once);
});

test('`publish RUN` settles a publication, once', () => {
  const done = observePublished(ended, { commit: 'd'.repeat(40), at: at(3) });
  expect(done.publication).toMatchObject({ state: 'done', commit: 'd'.repeat(40) });
  expect(observePublished(done, { commit: 'e'.repeat(40), at: at(4) })).toBe(done);
});

test('the end decision is never touched by an observation', () => {
  const late = observeCancel(merged(ended, aReport({ state: { outcome: true } }), at(40)), {
    by: 'ada',
    at: at(41),
  });
  expect(late.end).toEqual(ended.end);
});

test('another request under the id of an existing run is refused', () => {
  expect(() => observeCommit(ended, aCommit({ command: 'rm -rf /' }), at(1))).toThrow(RequestConflictError);
});

test('the message of an earlier client, which the functions before took, comes once more: nothing changes', () => {
  const message = parseWith(commitRequest, inTodaysForm(aCommitOfBefore({ lr: 0.5, version: '"5"' })));
  if (!message.ok) throw new Error('not accepted');
  const taken = { ...ended, request: aCommitOfBefore({ lr: 0.5, version: '"5"' }) };
  expect(observeCommit(taken, message.value, at(1))).toBe(taken);
});

test('a report of an attempt that nobody decided changes nothing', () => {
  expect(merged(ended, aReport({ attempt: 7 }), at(1))).toBe(ended);
});
