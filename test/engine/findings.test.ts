// What `doctor` says of a sweep that changed nothing: what is wrong, and what mends it.
import type { StoredDeadLetter, SweepReport } from '@mymlops/protocol';
import { findingsIn, proofOf, type Examined } from '../../functions/src/engine/findings';
import { emptyReport } from '../../functions/src/sweep/report';
import { RUN } from '../fakes/builders';

const NOW_MS = Date.parse('2026-11-21T10:00:00.000Z');
const MINUTE_MS = 60_000;
const aReport = (overrides: Partial<SweepReport> = {}, agoMs = 0): SweepReport => ({
  ...emptyReport(NOW_MS - agoMs),
  ...overrides,
});
const letter: StoredDeadLetter = {
  ...{ v: 1, id: '17', topic: 'events', publishedAt: '', at: '', text: '{' },
  outcome: 'shown',
  cause: 'not JSON',
};

/** All as it should be, on Google, but for `overrides`. */
const examined = (overrides: Partial<Examined>): Examined => ({
  ...{ report: aReport(), last: aReport({}, MINUTE_MS) },
  ...{ stuck: [], takenOver: [], deadLetters: [], nowMs: NOW_MS, awakeMs: Number.POSITIVE_INFINITY, isLocal: false },
  ...overrides,
});
const findings = (overrides: Partial<Examined>) => findingsIn(examined(overrides));

const LATE = 'has not run since 2026-11-21T09:56:59.000Z';

test.each<[what: string, examined: Partial<Examined>, subject: string, problem: string, remedy: string]>([
  [
    'a dead letter that is shown',
    { deadLetters: [{ ...letter, run: RUN }] },
    'dead letter 17',
    `a message of run ${RUN} on events could not be handled: not JSON`,
    'dead-letters/17',
  ],
  [
    'one of which neither run nor cause is known',
    { deadLetters: [{ ...letter, cause: undefined }] },
    'dead letter 17',
    'a message on events could not be handled: the cause is not known',
    'dead-letters/17',
  ],
  ['no sweep for three minutes', { last: aReport({}, 181_000) }, 'the sweep', LATE, 'scheduler'],
  ['no sweep at all', { last: undefined }, 'the sweep', 'has never run', 'scheduler'],
  [
    'no sweep here while something is there',
    { isLocal: true, awakeMs: 181_000, last: aReport({}, 181_000), report: aReport({ liveRuns: 1 }) },
    'the sweep',
    LATE,
    'mymlops-client local down',
  ],
  [
    'the last sweep failed in part',
    { last: aReport({ failures: ['list: 503'] }, MINUTE_MS) },
    'the sweep',
    'failed in part: list: 503',
    'log of the sweep function',
  ],
  [
    'a machine that its run does not want any more',
    { report: aReport({ reaped: ['a/vm'] }) },
    'a/vm',
    'is there although its run does not want it any more',
    'The next sweep deletes it',
  ],
  [
    'a machine that nothing explains, told once',
    { report: aReport({ reaped: ['a/vm'], suspects: ['a/vm'] }) },
    'a/vm',
    "carries this deployment's label and no run explains it",
    'take the label mymlops-deployment off',
  ],
  [
    'a disk in use by a VM without our label',
    { takenOver: ['a/disk'] },
    'a/disk',
    'in use by a VM without its label mymlops-deployment',
    'take the label off the disk',
  ],
  [
    'a place that nobody has',
    { report: aReport({ freed: [RUN] }) },
    `run ${RUN}`,
    'holds or waits for a place in max_parallel and is not live',
    'mymlops-client sweep',
  ],
  [
    'a run that does not come on',
    { stuck: [{ run: RUN, since: 'ten', left: [] }] },
    `run ${RUN}`,
    'has something to do and has not changed since ten',
    `mymlops-client cancel ${RUN}`,
  ],
  [
    'a machine that is not proven gone',
    { stuck: [{ run: RUN, since: 'ten', left: [{ vm: 'vm', zone: 'a' }] }] },
    `run ${RUN}`,
    'has ended, but its machine vm in a is not proven gone since ten',
    'Delete the VM and the disk vm in the console',
  ],
  [
    'a look that was not complete',
    { report: aReport({ failures: ['list: 503'] }) },
    'this look at the deployment',
    'was not complete: list: 503',
    'mymlops-client doctor',
  ],
])('%s', (_what, examined, subject, problem, remedy) => {
  expect(findings(examined)).toEqual([
    { subject, problem: expect.stringContaining(problem), remedy: expect.stringContaining(remedy) },
  ]);
});

test.each<[string, Partial<Examined>]>([
  ['all as it should be', {}],
  ['a sweep three minutes ago', { last: aReport({}, 3 * MINUTE_MS) }],
  ['no sweep on this machine, where nothing is left to look after', { isLocal: true, last: undefined }],
  ['an old sweep on this machine, where nothing is left', { isLocal: true, last: aReport({}, 86_400_000) }],
  [
    'a local cloud that was away, or asleep, with a live run: nobody could sweep',
    { isLocal: true, awakeMs: 3 * MINUTE_MS, last: aReport({}, 330_000), report: aReport({ liveRuns: 1 }) },
  ],
  [
    'a local cloud that has never swept, and has just begun',
    { isLocal: true, awakeMs: 1000, last: undefined, report: aReport({ liveRuns: 1 }) },
  ],
  ['a sweep by a clock that was set back since', { last: aReport({}, -5 * 3_600_000) }],
  ['runs with something to do: the next sweep sees to it', { report: aReport({ advanced: [RUN], liveRuns: 1 }) }],
  [
    'dead letters that were dealt with',
    {
      deadLetters: (['merged', 'failed-run', 'advance', 'asked-again'] as const).map((outcome) => ({
        ...letter,
        outcome,
      })),
    },
  ],
])('clean: %s', (_what, examined) => expect(findings(examined)).toEqual([]));

test('each finding has a remedy, and one does not hide another', () => {
  const all = findings({
    report: aReport({ reaped: ['a/1', 'a/2'], suspects: ['a/3'], freed: [RUN], failures: ['list: 503'] }),
    last: aReport({ failures: ['canary: 503'] }, 4 * MINUTE_MS),
    takenOver: ['a/4'],
    stuck: [{ run: RUN, since: 'ten', left: [] }],
    deadLetters: [letter],
  });
  expect(all).toHaveLength(10);
  for (const { subject, problem, remedy } of all)
    expect([subject, problem, remedy].map(Boolean)).toEqual([true, true, true]);
});

test('on this computer no sentence speaks of the scheduler job, the console or the log of a function', () => {
  const all = findings({
    isLocal: true,
    report: aReport({ liveRuns: 1, reaped: ['a/1'], failures: ['list: 503'] }),
    last: aReport({ failures: ['canary: 503'] }, 4 * MINUTE_MS),
    stuck: [
      { run: RUN, since: 'ten', left: [] },
      { run: RUN, since: 'ten', left: [{ vm: 'vm', zone: 'a' }] },
    ],
  });
  expect(all).toHaveLength(6);
  for (const { problem, remedy } of all) {
    expect(`${problem} ${remedy}`).not.toMatch(/scheduler|console|bill|log of the \w+ function/);
    expect(remedy).toMatch(/log\.jsonl in the folder that `mymlops-client local status` names/);
  }
});

test.each([
  [undefined, 'no sweep yet'],
  [aReport({}, 45_000), 'last sweep 45 s ago'],
  [aReport({}, -5 * 3_600_000), 'last sweep at 2026-11-21T15:00:00.000Z, by a clock that was set back since'],
])('the age of the last sweep was negative', (last, line) => {
  expect(proofOf(examined({ last })).at(-1)).toBe(line);
});
