// After an attempt that was given up, and before the first. Rows: the state, when it is looked at, and the action.
import {
  CAUSES,
  NEXT_STEPS,
  REASONS,
  type Attempt,
  type CapacityWait,
  type RunEnd,
  type RunState,
} from '@mymlops/protocol';
import type { RunAction } from '../../../functions/src/engine/run/action';
import { nextAttempt } from '../../../functions/src/engine/run/next-attempt';
import { aCommit, anAttempt } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, moment, refusal, refused } from './states';

type Row = [state: string, run: RunState, seconds: number, expected: RunAction | undefined];

const place = (vm: number): RunAction => ({ effect: 'place', vm });
const remove = (vm: number): RunAction => ({ effect: 'delete', vm });
const ends = (end: Partial<RunEnd>, seconds: number): RunAction => ({
  do: 'end',
  end: { status: 'failed', message: '', at: at(seconds), ...end },
});
const cancel = { by: 'ada', at: at(30) };
const waiting = (fields: Partial<CapacityWait> = {}): CapacityWait => ({
  waitedSeconds: 0,
  tried: [],
  rounds: 0,
  ...fields,
});

const goneAt = at(101);
const lost = (reason: 'lost' | 'preempted' = 'lost', seconds = 100): Attempt =>
  cameUp({ goneAt }, givenUp(seconds, { reason }));
const stockedOut = (vm: Parameters<typeof refused>[1] = {}): Attempt =>
  refused(refusal(), { goneAt, ...vm }, givenUp(100, { reason: 'no-capacity' }));

/** Only the last attempt's end says that none follows. */
const NONE_LEFT = {
  preempted: `the last message. No attempts are left. ${NEXT_STEPS.preempted}`,
  lost: `the last message. No attempts are left. ${NEXT_STEPS.lost}`,
};

const expectAction = (run: RunState, seconds: number, expected: RunAction | undefined, fields = {}): void =>
  expect(nextAttempt(run, moment(seconds, fields))).toStrictEqual(expected);

describe('another attempt', () => {
  test.each<Row>([
    ['the first', aRun(), 0, place(1)],
    ['after one that was lost', aRun({ attempts: { 1: lost() } }), 200, place(2)],
    ['after two', aRun({ attempts: { 1: lost(), 2: lost() } }), 200, place(3)],
    [
      'after three',
      aRun({ attempts: { 1: lost(), 2: lost(), 3: lost('preempted') } }),
      200,
      ends({ reason: 'preempted', message: NONE_LEFT.preempted, attempt: 3 }, 200),
    ],
    [
      'those without capacity do not count',
      aRun({ attempts: { 1: lost(), 2: lost(), 3: stockedOut() } }),
      200,
      place(4),
    ],
    [
      'nor where they are the last of four',
      aRun({ attempts: { 1: lost(), 2: lost(), 3: lost(), 4: stockedOut() } }),
      200,
      place(5),
    ],
    [
      'a third VM after one without capacity',
      aRun({ attempts: { 1: lost(), 2: stockedOut(), 3: lost(), 4: lost() } }),
      200,
      ends({ reason: 'lost', message: NONE_LEFT.lost, attempt: 4 }, 200),
    ],
    [
      'a third VM that was heard, whatever became of its insert',
      aRun({
        attempts: { 1: lost(), 2: lost(), 3: anAttempt({ goneAt, period: { reports: agentSaid() } }, givenUp()) },
      }),
      200,
      ends({ reason: 'lost', message: NONE_LEFT.lost, attempt: 3 }, 200),
    ],
    ['after those that have left the document', aRun({ attempts: { 41: stockedOut() } }), 200, place(42)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('what ends a run before another attempt', () => {
  const cancelled = {
    status: 'cancelled',
    reason: 'cancelled-by-user',
    message: CAUSES['cancelled-by-user'],
  } as const;
  const three = { 1: lost(), 2: lost(), 3: lost() };
  test.each<Row>([
    ['a cancel while it waits', aRun({ cancel }), 40, ends(cancelled, 40)],
    ['a cancel after a stock-out', aRun({ cancel, attempts: { 1: stockedOut() } }), 200, ends(cancelled, 200)],
    [
      'a cancel after a loss: its results are those of that attempt',
      aRun({ cancel, attempts: { 1: lost(), 2: stockedOut() } }),
      200,
      ends({ ...cancelled, attempt: 1 }, 200),
    ],
    [
      'of the last of two',
      aRun({ cancel, attempts: { 1: lost(), 2: lost(), 3: stockedOut() } }),
      200,
      ends({ ...cancelled, attempt: 2 }, 200),
    ],
    [
      'a cancel counts before the number of attempts',
      aRun({ cancel, attempts: three }),
      200,
      ends({ ...cancelled, attempt: 3 }, 200),
    ],
    [
      'a cancel before what is left is deleted',
      aRun({ cancel, attempts: { 1: cameUp({}, givenUp()) } }),
      110,
      ends({ ...cancelled, attempt: 1 }, 110),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));

  const permission = { reason: 'permission', message: 'this project may not' } as const;
  test.each<Row>([
    ['what this deployment will not make', aRun(), 5, ends(permission, 5)],
    ['so, after a loss', aRun({ attempts: { 1: lost() } }), 200, ends(permission, 200)],
    ['so, before the number of attempts', aRun({ attempts: three }), 200, ends(permission, 200)],
    ['but a cancel counts before it', aRun({ cancel }), 40, ends(cancelled, 40)],
  ])('%s', (_state, run, seconds, expected) =>
    expectAction(run, seconds, expected, { refusal: 'this project may not' }),
  );
});

describe('what is left of the last attempt', () => {
  const left = cameUp({}, givenUp(100));
  const failedInsert = refused(refusal(), {}, givenUp(200, { reason: 'no-capacity' }));
  const untimed = refused(refusal(), { start: { settledAt: undefined } }, givenUp(100));
  test.each<Row>([
    ['is deleted first', aRun({ attempts: { 1: left } }), 100, remove(1)],
    ['for five minutes', aRun({ attempts: { 1: left } }), 399.9, remove(1)],
    ['its fence holds: the next one comes', aRun({ attempts: { 1: left } }), 400, place(2)],
    ['of an insert that failed: five minutes from then', aRun({ attempts: { 1: failedInsert } }), 309.9, remove(1)],
    ['not from when it was given up', aRun({ attempts: { 1: failedInsert } }), 310, place(2)],
    ['of an insert whose failure has no time', aRun({ attempts: { 1: untimed } }), 110, place(2)],
    [
      'an earlier one that is left does not hold up the next',
      aRun({ attempts: { 1: left, 2: lost() } }),
      110,
      place(3),
    ],
    [
      'an insert that another invocation is making',
      aRun({ attempts: { 1: anAttempt({ fencedAt: at(99) }, givenUp(100)) } }),
      110,
      place(2),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('waiting for capacity', () => {
  const paused = { capacity: waiting({ since: at(0), rounds: 1, notBefore: at(160) }) };
  const slots = { held: ['deployment'] };
  test.each<Row>([
    ['until its pause is over', aRun({ attempts: { 1: stockedOut() }, ...paused }), 159.9, undefined],
    ['and then again', aRun({ attempts: { 1: stockedOut() }, ...paused }), 160, place(2)],
    [
      "its slot is others' meanwhile",
      aRun({ attempts: { 1: stockedOut() }, slots, ...paused }),
      150,
      { effect: 'release-slots', vm: 1 },
    ],
    ['a run that never had an attempt', aRun({ slots, ...paused }), 150, { effect: 'release-slots', vm: 0 }],
    [
      'none is left to give back',
      aRun({ attempts: { 1: stockedOut() }, slots: { held: [] }, ...paused }),
      150,
      undefined,
    ],
    [
      'what is left is deleted',
      aRun({ attempts: { 1: cameUp({}, givenUp()), 2: stockedOut() }, slots, ...paused }),
      150,
      remove(1),
    ],
    [
      'what nobody may delete yet keeps the slot',
      aRun({ attempts: { 1: anAttempt({ fencedAt: at(99) }, givenUp()), 2: stockedOut() }, slots, ...paused }),
      110,
      undefined,
    ],
    [
      'no pause, no slot is given back',
      aRun({ attempts: { 1: stockedOut() }, slots, capacity: waiting({ since: at(0) }) }),
      150,
      place(2),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));

  const since = (fields: Partial<CapacityWait> = {}, queueLimitSeconds = 600): Partial<RunState> => ({
    request: aCommit({ queueLimitSeconds }),
    capacity: waiting({ since: at(0), ...fields }),
  });
  const tooLong = (tried: string, seconds: number, fields: Partial<RunEnd> = {}): RunAction =>
    ends({ reason: 'no-capacity', message: `${REASONS['no-capacity']} Tried: ${tried}`, ...fields }, seconds);
  const day = 24 * 3600;
  const unanswered = (vm: Parameters<typeof refused>[1] = {}): Attempt =>
    refused(
      refusal('lost', { code: 'unanswered' }),
      { goneAt, ...vm },
      givenUp(100, { reason: 'lost', message: 'It has not answered.' }),
    );
  const DEFAULT = {
    ...since(),
    request: { ...aCommit(), queueLimitSeconds: undefined } as unknown as RunState['request'],
  };
  const times = (zone: string, reasons: object): Partial<RunState> => ({
    archive: { archived: 1, zones: { [zone]: reasons } },
  });
  test.each<Row>([
    ['up to the queue limit', aRun({ attempts: { 1: stockedOut() }, ...since() }), 600, place(2)],
    ['and no longer', aRun({ attempts: { 1: stockedOut() }, ...since() }), 601, tooLong('local-a once', 601)],
    [
      'earlier waits count',
      aRun({ attempts: { 1: stockedOut() }, ...since({ waitedSeconds: 500 }) }),
      101,
      tooLong('local-a once', 101),
    ],
    [
      'in a pause as well',
      aRun({ attempts: { 1: stockedOut() }, ...since({ notBefore: at(900) }) }),
      601,
      tooLong('local-a once', 601),
    ],
    ['a day, where an older client does not say', aRun({ attempts: { 1: stockedOut() }, ...DEFAULT }), day, place(2)],
    [
      'and no longer than that',
      aRun({ attempts: { 1: stockedOut() }, ...DEFAULT }),
      day + 1,
      tooLong('local-a once', day + 1),
    ],
    [
      'what is left of a fresh stock-out goes first',
      aRun({ attempts: { 1: stockedOut({ goneAt: undefined, start: { settledAt: at(600) } }) }, ...since() }),
      601,
      remove(1),
    ],
    [
      'the zone that was tried most is named first',
      aRun({
        attempts: { 1: stockedOut(), 2: stockedOut({ zone: 'local-b' }), 3: stockedOut({ zone: 'local-b' }) },
        ...since(),
      }),
      601,
      tooLong('local-b 2 times, local-a once', 601),
    ],
    [
      'attempts that have left the document count',
      aRun({ attempts: { 9: stockedOut() }, ...times('local-a', { 'no-capacity': 10, lost: 1 }), ...since() }),
      601,
      tooLong('local-a 12 times', 601),
    ],
    [
      'one that had a VM shows where its results are, and did not fail for its zone',
      aRun({ attempts: { 1: cameUp({ goneAt, zone: 'local-c' }, givenUp()), 2: stockedOut() }, ...since() }),
      601,
      tooLong('local-a once', 601, { attempt: 1 }),
    ],
    [
      'no zone was there to be tried',
      aRun(since()),
      601,
      tooLong('none, because the zones that may have the machine type were down', 601),
    ],
    [
      'nor after one whose VM was lost',
      aRun({ attempts: { 1: lost() }, ...since() }),
      601,
      tooLong('none, because the zones that may have the machine type were down', 601, { attempt: 1 }),
    ],
    [
      'its zones did not answer: the reason is not capacity',
      aRun({ attempts: { 1: unanswered(), 2: unanswered({ zone: 'local-b' }) }, ...since() }),
      601,
      ends(
        {
          reason: 'lost',
          message: 'No VM came within queue_limit. Tried: local-a once, local-b once. It has not answered.',
        },
        601,
      ),
    ],
    [
      'one of them did, and had none',
      aRun({ attempts: { 1: stockedOut(), 2: unanswered({ zone: 'local-b' }) }, ...since() }),
      601,
      tooLong('local-a once, local-b once', 601),
    ],
    [
      'one of them did, before it left the document',
      aRun({ attempts: { 9: unanswered() }, ...times('local-b', { 'no-capacity': 2 }), ...since() }),
      601,
      tooLong('local-b 2 times, local-a once', 601),
    ],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});
