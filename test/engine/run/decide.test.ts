// What is next for a run. Rows: the state, when it is looked at, and the action.
import { CAUSES, type Attempt, type RunEnd, type RunState, type VmFailure } from '@mymlops/protocol';
import type { RunAction } from '../../../functions/src/engine/run/action';
import { decide } from '../../../functions/src/engine/run/decide';
import { failureWords } from '../../../functions/src/engine/vm/failure-lookup';
import { aCommit, anAttempt, anOutput } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, isStopping, moment, outcome, refusal, refused } from './states';

type Row = [state: string, run: RunState, seconds: number, expected: RunAction | undefined];

const effect = (name: Extract<RunAction, { effect: unknown }>['effect'], vm: number): RunAction => ({
  effect: name,
  vm,
});
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const cancel = { by: 'ada', at: at(30) };

const expectAction = (run: RunState, seconds: number, expected: RunAction | undefined): void =>
  expect(decide(run, moment(seconds))).toStrictEqual(expected);

const end = (fields: Partial<RunEnd> = {}): RunEnd => ({
  status: 'succeeded',
  message: 'm',
  attempt: 1,
  at: at(100),
  ...fields,
});

describe('which part of its life a run is in', () => {
  const removing = { by: 'ada', at: at(200) };
  test.each<Row>([
    ['its user is done with it', aRun({ removing }), 300, { remove: removing }],
    ['so, after its end', ofOne(cameUp(), { removing, end: end() }), 300, { remove: removing }],
    ['so, and only a cancel had come', aRun({ request: undefined, cancel, removing }), 300, { remove: removing }],
    ['only a cancel has come', aRun({ request: undefined, cancel }), 300, undefined],
    ['its commit was not understood', aRun({ request: undefined, end: end({ attempt: undefined }) }), 300, undefined],
    ['it was accepted', aRun(), 0, effect('place', 1)],
    ['its attempt was given up', ofOne(cameUp({ goneAt: at(101) }, givenUp())), 500, effect('place', 2)],
    [
      'its newest attempt goes on',
      aRun({ attempts: { 1: refused(undefined, { goneAt: at(12) }, givenUp(13)), 2: cameUp() } }),
      60,
      undefined,
    ],
    ['it has ended', ofOne(cameUp(), { end: end() }), 100, effect('delete', 1)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('on the way up', () => {
  const before = { 1: cameUp({ fencedAt: at(-90) }, { outcomeAbsentAt: at(-89), ...givenUp(-88) }) };
  const second = (attempt: Attempt): RunState => aRun({ attempts: { ...before, 2: attempt } });
  test.each<Row>([
    ['decided on, by another invocation a moment ago', ofOne(anAttempt()), 120, undefined],
    ['so, two minutes ago', ofOne(anAttempt()), 121, effect('insert', 1)],
    ['decided on by this one', ofOne(anAttempt({ start: { actor: 'b' } })), 0, effect('insert', 1)],
    ['its insert is under way', ofOne(anAttempt({ start: { operation: 'o' } })), 5, effect('await-start', 1)],
    [
      'its time limit is not verified',
      ofOne(cameUp({ period: { timeLimitVerifiedAt: undefined } })),
      20,
      effect('verify-time-limit', 1),
    ],
    ['on its way', ofOne(cameUp()), 20, undefined],
    ['so, with an earlier attempt that is not proven gone', second(cameUp()), 20, effect('delete', 1)],
    ['inserting comes before that', second(anAttempt({ start: { operation: 'o' } })), 300, effect('await-start', 2)],
    // 10:05 and 10:06 are turns 605 and 606 of the day: with what is slow it takes turns.
    ['for five minutes', second(anAttempt({ start: { operation: 'o' } })), 359.9, effect('delete', 1)],
    ['after that each other minute', second(anAttempt({ start: { operation: 'o' } })), 360, effect('await-start', 2)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('a VM that says nothing is looked for', () => {
  test.each<Row>([
    ['ten minutes after it was made', ofOne(cameUp()), 610, undefined],
    ['later', ofOne(cameUp()), 611, effect('check-liveness', 1)],
    [
      'before its time limit is verified',
      ofOne(cameUp({ period: { timeLimitVerifiedAt: undefined } })),
      611,
      effect('check-liveness', 1),
    ],
    ['a quarter of an hour after a report', ofOne(cameUp({ period: { reports: agentSaid() } })), 960, undefined],
    ['later than that', ofOne(cameUp({ period: { reports: agentSaid() } })), 961, effect('check-liveness', 1)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('its outcome', () => {
  const complete = { reports: agentSaid({ outcome: true }) };
  const down = { down: { at: at(90), how: 'stopped' as const } };
  const fenced = { fencedAt: at(95) };
  test.each<Row>([
    ['the VM says that it has written it', ofOne(cameUp({ period: complete })), 90, effect('read-outcome', 1)],
    ['so, and the user cancels', ofOne(cameUp({ period: complete }), { cancel }), 90, effect('read-outcome', 1)],
    ['so, and the VM is down', ofOne(cameUp({ period: { ...complete, ...down } })), 90, effect('read-outcome', 1)],
    ['so, and it was not found', ofOne(cameUp({ period: complete }, { outcomeAbsentAt: at(85) })), 90, undefined],
    ['the VM says nothing of it', ofOne(cameUp({ period: { reports: agentSaid() } })), 90, undefined],
    [
      'the VM says that there is none',
      ofOne(cameUp({ period: { reports: agentSaid({ outcome: false }) } })),
      90,
      undefined,
    ],
    [
      'not found, before the fence',
      ofOne(cameUp({ period: down, ...fenced }, { outcomeAbsentAt: at(94) })),
      99,
      effect('read-outcome', 1),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));

  const notebook = { executedCells: 2, codeCells: 2, tolerated: false, injected: false };
  const results = { attempt: 1, files: 1, bytes: 1, notebook };
  const ended = (fields: Partial<RunEnd> = {}): RunAction => ({
    do: 'end',
    end: { status: 'succeeded', message: '2 cells ran', ...fields, attempt: 1, at: at(90) },
  });
  const wholeRun = (vm: Parameters<typeof cameUp>[0] = {}, fields: Partial<RunState> = {}): RunState =>
    ofOne(cameUp(vm, { outcome }), { results, ...fields });
  const unexecuted = { status: 'failed', reason: 'notebook-not-executed' } as const;
  test.each<Row>([
    ['read: judged', wholeRun(), 90, ended()],
    ['it beats a cancel', wholeRun({}, { cancel }), 90, ended()],
    ['and a VM that went down', wholeRun({ period: down }), 90, ended()],
    ['and another look for it', wholeRun({ period: complete }), 90, ended()],
    [
      'a push is awaited if there is a repository',
      wholeRun({}, { request: aCommit({ outputRepository: anOutput }) }),
      90,
      { ...ended(), publication: { state: 'pending' } } as RunAction,
    ],
    [
      'nothing is known of its results',
      ofOne(cameUp({}, { outcome })),
      90,
      ended({ message: 'The command exited with 0; the notebook is too large to check' }),
    ],
    [
      'fewer cells came back than the request has',
      wholeRun({}, { request: aCommit({ codeCells: 3 }) }),
      90,
      ended({ ...unexecuted, message: expect.stringMatching(/^The notebook that came back has 2 of the 3/) as string }),
    ],
    [
      'fewer cells ran than the VM saw',
      wholeRun(
        { period: { reports: agentSaid({ cells: 2 }) } },
        { results: { ...results, notebook: { ...notebook, executedCells: 1 } } },
      ),
      90,
      ended({ ...unexecuted, message: expect.stringMatching(/but 2 had run/) as string }),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('an attempt that cannot go on', () => {
  const down = { down: { at: at(90), how: 'stopped' as const, cause: 'preempted' as const } };
  const fencedAt = at(95);
  const over = (vm = {}, fields = {}): Attempt =>
    cameUp({ period: down, fencedAt, ...vm }, { outcomeAbsentAt: at(95), ...fields });
  const lost = { at: at(99), reason: 'preempted', message: CAUSES.preempted } as const;
  const toGiveUp = (fields: object): RunAction => ({
    do: 'give-up',
    attempt: 1,
    givenUp: { ...lost, ...fields },
  });
  const unfenced = { fencedAt: undefined };

  test.each<Row>([
    ['is fenced', ofOne(over(unfenced)), 99, effect('fence', 1)],
    ['its outcome is looked for', ofOne(over({}, { outcomeAbsentAt: undefined })), 99, effect('read-outcome', 1)],
    [
      'again, where that was before the fence',
      ofOne(over({}, { outcomeAbsentAt: at(94) })),
      99,
      effect('read-outcome', 1),
    ],
    ['and it is given up', ofOne(over()), 99, toGiveUp({ cause: 'preempted' })],
    [
      'without a cause, if none is known',
      ofOne(over({ period: { down: { at: at(90), how: 'gone' }, reports: isStopping(true) } })),
      99,
      toGiveUp({}),
    ],
    [
      'although its earlier attempt is not gone',
      aRun({ attempts: { 1: cameUp({}, givenUp()), 2: over(unfenced) } }),
      99,
      effect('fence', 2),
    ],
    [
      'and the run ends where another attempt cannot help',
      ofOne(over(), { cancel }),
      99,
      {
        do: 'end',
        end: {
          status: 'cancelled',
          reason: 'cancelled-by-user',
          message: CAUSES['cancelled-by-user'],
          attempt: 1,
          at: at(99),
        },
      },
    ],
    ['a cancel fences first', ofOne(cameUp(), { cancel }), 99, effect('fence', 1)],
    ['and looks for an outcome', ofOne(cameUp({ fencedAt }), { cancel }), 99, effect('read-outcome', 1)],
    ['before a VM is looked for that says nothing', ofOne(cameUp(), { cancel }), 611, effect('fence', 1)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

const wordsOf = (failure: VmFailure) => failureWords({ zone: 'local-a', machine: 'this-computer' }, failure);

describe('an insert that failed', () => {
  const fencedAt = at(20);
  const lateFence = at(320);
  const stockedOut: RunAction = {
    do: 'give-up',
    attempt: 1,
    givenUp: { at: at(30), reason: 'no-capacity', message: wordsOf(refusal()).message },
    refusal: { scope: 'zone' },
  };
  const absent = { outcomeAbsentAt: lateFence };
  const quota = refusal('quota', { scope: 'all' });
  const unanswered = refusal('lost', { code: 'unanswered' });
  test.each<Row>([
    ['its zone must first show what it left', ofOne(refused()), 30, effect('delete', 1)],
    ['for five minutes', ofOne(refused()), 309.9, effect('delete', 1)],
    ['a zone that does not answer for that long: the fence has to do', ofOne(refused()), 310, effect('fence', 1)],
    [
      'and a look for an outcome, as it may have run',
      ofOne(refused(undefined, { fencedAt: lateFence })),
      330,
      effect('read-outcome', 1),
    ],
    [
      'and it is given up',
      ofOne(refused(undefined, { fencedAt: lateFence }, absent)),
      330,
      { ...stockedOut, givenUp: { ...stockedOut.givenUp, at: at(330) } },
    ],
    ['nothing is left: the fence', ofOne(refused(undefined, { goneAt: at(15) })), 30, effect('fence', 1)],
    [
      'nothing is left: no outcome is looked for',
      ofOne(refused(undefined, { goneAt: at(15), fencedAt })),
      30,
      stockedOut,
    ],
    [
      'a VM that has reported did run',
      ofOne(refused(undefined, { goneAt: at(15), fencedAt, period: { reports: agentSaid() } })),
      30,
      effect('read-outcome', 1),
    ],
    ['it may have left a VM: the fence first', ofOne(refused(unanswered)), 30, effect('fence', 1)],
    [
      'so, and nothing is left: it may have run',
      ofOne(refused(unanswered, { goneAt: at(15), fencedAt })),
      30,
      effect('read-outcome', 1),
    ],
    [
      'a failure whose time is not known',
      ofOne(refused(undefined, { start: { settledAt: undefined } })),
      30,
      effect('fence', 1),
    ],
    [
      'a quota is used up: the run ends',
      ofOne(refused(quota, { goneAt: at(15), fencedAt })),
      30,
      {
        do: 'end',
        end: {
          status: 'failed',
          reason: 'quota',
          message: `${wordsOf(quota).message} ${wordsOf(quota).next}`,
          attempt: 1,
          at: at(30),
        },
      },
    ],
    [
      'a zone that did not answer is not stocked out, but others are tried before it',
      ofOne(refused(unanswered, { goneAt: at(15), fencedAt }, { outcomeAbsentAt: fencedAt })),
      30,
      {
        do: 'give-up',
        attempt: 1,
        givenUp: { at: at(30), reason: 'lost', message: 'as Google says.' },
        refusal: { scope: 'zone' },
      },
    ],
    [
      'another reason than capacity',
      ofOne(refused(refusal('lost'), { goneAt: at(15), fencedAt })),
      30,
      {
        do: 'give-up',
        attempt: 1,
        givenUp: { at: at(30), reason: 'lost', message: wordsOf(refusal('lost')).message },
      },
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));

  test('a VM that is gone without a failure has run', () => {
    const down = { down: { at: at(15), how: 'gone' as const } };
    expectAction(ofOne(cameUp({ goneAt: at(15), fencedAt, period: down })), 30, effect('read-outcome', 1));
  });
});
