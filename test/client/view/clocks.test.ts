// The clocks that a reader sees, of documents as the functions write them.
import type { Attempt, Phase, RunDocument, RunState } from '@mymlops/protocol';
import { clockText } from '../../../client/src/view/clocks';
import { RUN_COLUMNS, runRow } from '../../../client/src/view/ps-columns';
import { endLines, fullLines, liveText } from '../../../client/src/view/run-lines';
import { localTime } from '../../../client/src/view/times';
import { summarize } from '../../../functions/src/engine/run/status';
import { aCommit, anAttempt as anAttemptOf, RUN } from '../../fakes/builders';
import { BUCKETS } from '../../fakes/buckets';

/** Ten o'clock and so many seconds: submitted at 0, accepted at 1. */
const at = (seconds: number): string => new Date(Date.parse('2026-11-21T10:00:00Z') + seconds * 1000).toISOString();

type Phases = Partial<Record<Phase, string>>;

/** Decided on at a time; the phases that it has entered so far, each with its second. */
function anAttempt(decided: number, phases?: Partial<Record<Phase, number>>, fields: Partial<Attempt> = {}): Attempt {
  const entered = Object.entries(phases ?? {}) as [Phase, number][];
  const state = {
    phase: entered.at(-1)?.[0] ?? 'boot',
    phases: Object.fromEntries(entered.map(([phase, second]) => [phase, at(second)])) as Phases,
  };
  const reports = { b_agent: { seq: 1, receivedAt: at(entered.at(-1)?.[1] ?? 0), state } };
  const start = { at: at(decided), settledAt: at(decided) };
  return anAttemptOf({ start, period: phases && { reports } }, fields);
}

function aDocument(fields: Partial<RunState>): RunDocument {
  const state: RunState = {
    v: 1,
    acceptedAt: at(1),
    request: aCommit({ submittedAt: at(0) }),
    attempts: {},
    ...fields,
  };
  return { ...state, ...summarize(state, BUCKETS) };
}

const preempted = (seconds: number): Partial<Attempt> => ({
  givenUp: { at: at(seconds), reason: 'preempted', message: '' },
});
const saved = (finished: number, savedAt: number): Partial<Attempt> => ({
  outcome: { startedAt: at(0), finishedAt: at(finished), savedAt: at(savedAt), timedOut: false, missing: 0 },
});
const ended = (status: 'succeeded' | 'failed' | 'cancelled', seconds: number, attempt?: number): RunState['end'] => ({
  status,
  message: '',
  at: at(seconds),
  attempt,
});
const waitingForSlot: RunState['slots'] = { held: [], waiting: { pool: 'deployment', since: at(2) } };

interface Row {
  document: RunDocument;
  /** The reader's clock, in seconds. */
  now: number;
  /** `ps` shows this, `started` and `duration`. */
  phase: string;
  started: number | null;
  duration: string;
  /** `show` shows this and `phases`. */
  waited: string;
  phases?: string;
  /** The live line shows this; if there is none, the end line. */
  clock: string;
}

const WHOLE = { boot: 130, source: 131, setup: 133, execute: 158, publish: 176 };

const ROWS: Record<string, Row> = {
  queued: {
    document: aDocument({ slots: waitingForSlot }),
    now: 125,
    phase: 'waiting 2 min',
    started: null,
    duration: '-',
    waited: '2 min 05 s so far',
    clock: 'waiting 2 min 05 s',
  },
  'its VM is being made': {
    document: aDocument({ attempts: { 1: anAttempt(125) } }),
    now: 128,
    phase: 'waiting 2 min',
    started: null,
    duration: '-',
    waited: '2 min 08 s so far',
    clock: 'waiting 2 min 08 s',
  },
  'in setup': {
    document: aDocument({ attempts: { 1: anAttempt(125, { boot: 130, source: 131, setup: 133 }) } }),
    now: 150,
    phase: 'setup',
    started: 130,
    duration: '20 s',
    waited: '2 min 10 s',
    phases: 'boot 1 s, source 2 s, setup 17 s',
    clock: '20 s',
  },
  'in execute': {
    document: aDocument({ attempts: { 1: anAttempt(125, { boot: 130, source: 131, setup: 133, execute: 158 }) } }),
    now: 170,
    phase: 'execute',
    started: 130,
    duration: '40 s',
    waited: '2 min 10 s',
    phases: 'boot 1 s, source 2 s, setup 25 s, execute 12 s',
    clock: '40 s',
  },
  'it succeeded, and that was seen ten minutes later': {
    document: aDocument({
      attempts: { 1: anAttempt(125, WHOLE, saved(176, 180)) },
      end: ended('succeeded', 780, 1),
    }),
    now: 9000,
    phase: '-',
    started: 130,
    duration: '50 s',
    waited: '2 min 10 s',
    phases: 'boot 1 s, source 2 s, setup 25 s, execute 18 s, publish 4 s',
    clock: '50 s',
  },
  'it failed in setup': {
    document: aDocument({
      attempts: { 1: anAttempt(125, { boot: 130, source: 131, setup: 133, publish: 143 }, saved(144, 145)) },
      end: ended('failed', 146, 1),
    }),
    now: 9000,
    phase: '-',
    started: 130,
    duration: '15 s',
    waited: '2 min 10 s',
    phases: 'boot 1 s, source 2 s, setup 10 s, publish 2 s',
    clock: '15 s',
  },
  'it waits between two attempts': {
    document: aDocument({ attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }, preempted(3610)) } }),
    now: 3790,
    phase: 'waiting 3 min',
    started: 10,
    duration: '1 h 03 min',
    waited: '10 s, and 3 min 00 s so far for another VM',
    phases: 'boot 5 s, execute 59 min 55 s',
    clock: '1 h 03 min',
  },
  'the VM of its second attempt is being made': {
    document: aDocument({ attempts: { 1: anAttempt(5, { boot: 10 }, preempted(100)), 2: anAttempt(160) } }),
    now: 170,
    phase: 'waiting 1 min',
    started: 10,
    duration: '2 min 40 s',
    waited: '10 s, and 1 min 10 s so far for another VM',
    phases: 'boot 1 min 30 s',
    clock: '2 min 40 s',
  },
  'its second attempt works': {
    document: aDocument({
      attempts: { 1: anAttempt(5, { boot: 10 }, preempted(100)), 2: anAttempt(160, { boot: 180, execute: 190 }) },
    }),
    now: 200,
    phase: 'execute',
    started: 10,
    duration: '3 min 10 s',
    waited: '10 s',
    phases: 'boot 10 s, execute 10 s (attempt 2)',
    clock: '3 min 10 s',
  },
  'cancelled while queued': {
    document: aDocument({ slots: waitingForSlot, end: ended('cancelled', 30) }),
    now: 9000,
    phase: '-',
    started: null,
    duration: '-',
    waited: '30 s',
    clock: 'waiting 30 s',
  },
  'cancelled while it worked': {
    document: aDocument({ attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }) }, end: ended('cancelled', 40, 1) }),
    now: 9000,
    phase: '-',
    started: 10,
    duration: '30 s',
    waited: '10 s',
    phases: 'boot 5 s, execute 25 s',
    clock: '30 s',
  },
  'queued, and the reader is in the past': {
    document: aDocument({ slots: waitingForSlot }),
    now: -3600,
    phase: 'waiting 0 s',
    started: null,
    duration: '-',
    waited: '0 s so far',
    clock: 'waiting 0 s',
  },
  'it works, and the reader is in the past': {
    document: aDocument({ attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }) } }),
    now: -3600,
    phase: 'execute',
    started: 10,
    duration: '0 s',
    waited: '10 s',
    phases: 'boot 5 s, execute 0 s',
    clock: '0 s',
  },
  'the clock of whoever submitted it is an hour ahead': {
    document: aDocument({
      request: aCommit({ submittedAt: at(3600) }),
      attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }) },
    }),
    now: 20,
    phase: 'execute',
    started: 10,
    duration: '10 s',
    waited: '9 s',
    phases: 'boot 5 s, execute 5 s',
    clock: '10 s',
  },
};

describe.each(Object.entries(ROWS))('%s', (_what, row) => {
  const now = new Date(at(row.now));
  const ps = Object.fromEntries(runRow(RUN, row.document, now).map((cell, column) => [RUN_COLUMNS[column], cell]));
  const show = Object.fromEntries(
    fullLines(RUN, row.document, { now }).map((line) => [line.slice(0, 13).trim(), line.slice(13)]),
  );

  test('ps', () => {
    const started = row.started === null ? '-' : localTime(at(row.started));
    expect(ps).toMatchObject({ PHASE: row.phase, STARTED: started, DURATION: row.duration });
  });

  test('show', () => {
    expect(show['waited']).toBe(row.waited);
    expect(show['phases']).toBe(row.phases);
    expect(show['duration']?.replace(' so far', '') ?? '-').toBe(row.duration);
    expect(show['started'] ?? '-').toBe(ps['STARTED']);
  });

  test('while it is followed, and at its end', () => {
    const text = row.document.end ? endLines(RUN, row.document)[0]?.split(' after ')[1] : clockText(row.document, now);
    expect(text).toBe(row.clock);
  });
});

const live = (document: RunDocument | null, seconds: number): string =>
  liveText(document, { now: new Date(at(seconds)), sentAt: at(0) });

test('the clock of a waiting run stood behind more words than a terminal has room for', () => {
  expect(live(null, 2)).toBe('sent, waiting 2 s');
  expect(live(aDocument({ slots: waitingForSlot }), 5)).toMatch(/^queued, waiting 5 s, Waiting for a free slot since /);
  expect(live(aDocument({ attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }) } }), 20)).toBe(
    'running, execute, 10 s',
  );
});

test('a retry has clocks of its own', () => {
  const document = aDocument({ request: aCommit({ submittedAt: at(600), retryOf: RUN }), acceptedAt: at(601) });
  expect(clockText(document, new Date(at(605)))).toBe('waiting 5 s');
});

test('while a run waited for its second attempt, the phase of the first was shown', () => {
  const document = aDocument({ attempts: { 1: anAttempt(5, { boot: 10, execute: 15 }, preempted(100)) } });
  expect(document).toMatchObject({ status: 'recovering' });
  expect(document.phase).toBeUndefined();
});

test('a document of an older version, whose start is that of its command, can be shown', () => {
  const { acceptedAt: _accepted, ...older } = aDocument({ attempts: { 1: anAttempt(5, { execute: 15 }) } });
  const document = { ...older, startedAt: at(15) };
  expect(runRow(RUN, document, new Date(at(25)))[5]).toBe('10 s');
});
