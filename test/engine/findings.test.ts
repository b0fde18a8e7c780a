// The findings in a sweep that changed nothing, as `doctor` shows them: the problem and its remedy.
import type { StoredDeadLetter, SweepReport } from '@mymlops/protocol';
import { findingsIn, proofOf, type Examined } from '../../functions/src/engine/findings';
import { emptyReport } from '../../functions/src/sweep/report';
import { aRef, RUN } from '../fakes/builders';

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
  ...{
    stuck: [],
    takenOver: [],
    deadLetters: [],
    nowMs: NOW_MS,
    awakeMs: Number.POSITIVE_INFINITY,
    isLocal: false,
    hasAlerts: true,
  },
  ...overrides,
});
const findings = (overrides: Partial<Examined>) => findingsIn(examined(overrides));

const STUCK = { document: aRef(), endCommand: `mymlops-client cancel ${RUN}` };
const INSTANCE = { kind: 'instance', id: 'cpu1' };
const LATE = 'has not run since 2026-11-21T09:56:59.000Z';

test.each<[what: string, examined: Partial<Examined>, subject: string, problem: string, remedy: string]>([
  [
    'a dead letter that is shown',
    { deadLetters: [{ ...letter, document: aRef() }] },
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
    'no sweep here while a VM exists',
    { isLocal: true, awakeMs: 181_000, last: aReport({}, 181_000), report: aReport({ live: { run: 1 } }) },
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
    'a VM that its run no longer needs',
    { report: aReport({ reaped: ['a/vm'] }) },
    'a/vm',
    'still exists, but is no longer needed',
    'The next sweep deletes it',
  ],
  [
    'an orphan, listed once',
    { report: aReport({ reaped: ['a/vm'], orphans: ['a/vm'] }) },
    'a/vm',
    "has this deployment's label but belongs to nothing in its history",
    'remove its label mymlops-deployment',
  ],
  [
    'a disk of an instance that is not in the history',
    { report: aReport({ kept: ['a/disk'] }) },
    'a/disk',
    "may hold a user's work: no sweep deletes it",
    'gcloud compute disks delete disk --zone a',
  ],
  [
    'the same on this computer',
    { isLocal: true, report: aReport({ kept: ['a/disk'] }) },
    'a/disk',
    "may hold a user's work",
    'mymlops-client local reset',
  ],
  [
    'a disk in use by a VM without our label',
    { takenOver: ['a/disk'] },
    'a/disk',
    'The VM that uses it lacks the label',
    'remove the label from the disk',
  ],
  [
    'a slot of a run that is not live',
    { report: aReport({ freed: [aRef()] }) },
    `run ${RUN}`,
    'is not live, but holds or waits for a max_parallel slot',
    'mymlops-client sweep',
  ],
  [
    'a slot of an instance that is not live: another limit',
    { report: aReport({ freed: [INSTANCE] }) },
    'instance cpu1',
    'is not live, but holds or waits for a max_instances slot',
    'mymlops-client sweep',
  ],
  [
    'a VM of an instance that is not proven gone',
    { stuck: [{ document: INSTANCE, endCommand: '', since: 'ten', left: [{ name: 'vm', zone: 'a' }] }] },
    'instance cpu1',
    'It may still cost money and holds a max_instances slot',
    'delete it in the console',
  ],
  [
    'a run with pending work that does not change',
    { stuck: [{ ...STUCK, since: 'ten', left: [] }] },
    `run ${RUN}`,
    'has pending work and has not changed since ten',
    `mymlops-client cancel ${RUN}`,
  ],
  [
    'a VM that is not proven gone',
    { stuck: [{ ...STUCK, since: 'ten', left: [{ name: 'vm', zone: 'a' }] }] },
    `run ${RUN}`,
    'has ended, but VM vm in a has not been confirmed deleted since ten',
    'If the VM or the disk vm still exists, delete it in the console',
  ],
  [
    'its slot was to be released after its time limit',
    { stuck: [{ ...STUCK, since: 'ten', left: [{ name: 'vm', zone: 'a' }] }] },
    `run ${RUN}`,
    'has ended, but VM vm in a has not been confirmed deleted since ten',
    'The VM ends at its time limit at the latest; its slot is released an hour later.',
  ],
  [
    'a VM without its time limit was to end at it',
    { stuck: [{ ...STUCK, since: 'ten', left: [{ name: 'vm', zone: 'a', isUnlimited: true }] }] },
    `run ${RUN}`,
    'has ended, but VM vm in a has not been confirmed deleted since ten',
    'The VM has no time limit: it runs, and holds its slot, until it is deleted.',
  ],
  [
    'a check that was not complete',
    { report: aReport({ failures: ['list: 503'] }) },
    'this check of the deployment',
    'was not complete: list: 503',
    'mymlops-client doctor',
  ],
])('%s', (_what, examined, subject, problem, remedy) => {
  expect(findings(examined)).toMatchObject([
    { subject, problem: expect.stringContaining(problem), remedy: expect.stringContaining(remedy) },
  ]);
});

describe('what is about a document names it, by its kind', () => {
  const document = aRef('doll', 'toy');
  const toy = { document, endCommand: 'toys delete doll', since: 'ten' };

  test.each<[what: string, examined: Partial<Examined>, subject: string]>([
    ['a slot', { report: aReport({ freed: [document] }) }, 'toy doll'],
    ['pending work', { stuck: [{ ...toy, left: [] }] }, 'toy doll'],
    ['a VM that is left', { stuck: [{ ...toy, left: [{ name: 'vm', zone: 'a' }] }] }, 'toy doll'],
    ['a dead letter', { deadLetters: [{ ...letter, document }] }, 'dead letter 17'],
  ])('%s', (_what, examined, subject) => {
    const found = findings(examined);
    expect(found).toMatchObject([{ subject, document }]);
    expect(JSON.stringify(found)).not.toMatch(/\brun\b|mymlops-client cancel/);
  });

  test('a toy was to be ended by the command for runs', () => {
    const [found] = findings({ stuck: [{ ...toy, left: [] }] });
    expect(found?.remedy).toMatch(/`toys delete doll` ends the toy\.$/);
  });

  test('a VM or a disk is of no document', () => {
    for (const found of findings({ report: aReport({ reaped: ['a/1'], orphans: ['a/2'] }), takenOver: ['a/3'] }))
      expect(found).not.toHaveProperty('document');
  });
});

test.each<[string, Partial<Examined>]>([
  ['all as it should be', {}],
  ['a sweep three minutes ago', { last: aReport({}, 3 * MINUTE_MS) }],
  ['no sweep on this computer, where nothing is left to look after', { isLocal: true, last: undefined }],
  ['an old sweep on this computer, where nothing is left', { isLocal: true, last: aReport({}, 86_400_000) }],
  [
    'a local cloud that was away, or asleep, with a live run: nobody could sweep',
    { isLocal: true, awakeMs: 3 * MINUTE_MS, last: aReport({}, 330_000), report: aReport({ live: { run: 1 } }) },
  ],
  [
    'a local cloud that has never swept, and has just begun',
    { isLocal: true, awakeMs: 1000, last: undefined, report: aReport({ live: { run: 1 } }) },
  ],
  ['a sweep by a clock that was set back since', { last: aReport({}, -5 * 3_600_000) }],
  ['runs with pending work: the next sweep does it', { report: aReport({ advanced: [aRef()], live: { run: 1 } }) }],
  [
    'dead letters that were dealt with',
    {
      deadLetters: (['merged', 'rejected', 'advance', 'asked-again'] as const).map((outcome) => ({
        ...letter,
        outcome,
      })),
    },
  ],
])('clean: %s', (_what, examined) => expect(findings(examined)).toEqual([]));

test('each finding has a remedy, and one does not hide another', () => {
  const all = findings({
    report: aReport({ reaped: ['a/1', 'a/2'], orphans: ['a/3'], freed: [aRef()], failures: ['list: 503'] }),
    last: aReport({ failures: ['probe: 503'] }, 4 * MINUTE_MS),
    takenOver: ['a/4'],
    stuck: [{ ...STUCK, since: 'ten', left: [] }],
    deadLetters: [letter],
  });
  expect(all).toHaveLength(10);
  for (const { subject, problem, remedy } of all)
    expect([subject, problem, remedy].map(Boolean)).toEqual([true, true, true]);
});

test('on this computer no sentence speaks of the scheduler job, the console or the log of a function', () => {
  const all = findings({
    isLocal: true,
    report: aReport({ live: { run: 1 }, reaped: ['a/1'], failures: ['list: 503'] }),
    last: aReport({ failures: ['probe: 503'] }, 4 * MINUTE_MS),
    stuck: [
      { ...STUCK, since: 'ten', left: [] },
      { ...STUCK, since: 'ten', left: [{ name: 'vm', zone: 'a' }] },
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
  [aReport({}, 0), 'last sweep 0 s ago'],
  [aReport({}, -5 * 3_600_000), 'last sweep at 2026-11-21T15:00:00.000Z, by a clock that was set back since'],
])('the age of the last sweep was negative', (last, line) => {
  expect(proofOf(examined({ last })).at(-1)).toBe(line);
});

test('without alerts, doctor says so, and finds no problem', () => {
  expect(proofOf(examined({ hasAlerts: false })).at(-1)).toMatch(/^no alerts: .*alert_emails/);
  expect(findings({ hasAlerts: false })).toEqual([]);
});

test.each<[what: string, examined: Partial<Examined>, lines: string[]]>([
  [
    'nothing lives',
    {},
    ['0 VMs and 0 disks, all of them needed', '0 with pending work', '0 orphans', '0 slots without a live holder'],
  ],
  [
    'all are needed',
    { report: aReport({ vms: 1, disks: 2, live: { run: 3, image: 0, toy: 1 }, advanced: [aRef()] }) },
    [
      '1 VM and 2 disks, all of them needed',
      '3 live runs',
      // Not "0 live images": an image is there for good, and bills.
      '0 live image builds',
      '1 live toy',
      '1 with pending work',
      '0 orphans',
      '0 slots without a live holder',
    ],
  ],
  [
    'some are not needed: an orphan that is about to be deleted counts once',
    { report: aReport({ vms: 3, disks: 1, reaped: ['a/1', 'a/2'], orphans: ['a/2'], freed: [aRef()] }) },
    ['3 VMs and 1 disk, 2 of them not needed', '0 with pending work', '1 orphan', '1 slot without a live holder'],
  ],
])('the comparisons that were made: %s', (_what, overrides, lines) => {
  const ends = ['1 dead letter in a day', 'last sweep 60 s ago'];
  expect(proofOf(examined({ deadLetters: [letter], ...overrides }))).toEqual([...lines, ...ends]);
});

test.each([
  [false, 'It may still cost money and holds', 'delete it in the console'],
  [
    true,
    'It may still run and holds',
    'Restart the local cloud: mymlops-client local down && mymlops-client local up.',
  ],
])('a VM that is not proven gone, on this computer %s: what it does, and what to do', (isLocal, problem, remedy) => {
  const [finding] = findings({ isLocal, stuck: [{ ...STUCK, since: 'ten', left: [{ name: 'vm', zone: 'a' }] }] });
  expect(finding?.problem).toContain(problem);
  expect(finding?.remedy).toContain(remedy);
});

test.each<[what: string, report: Partial<SweepReport>, isNeeded: boolean]>([
  ['nothing', {}, false],
  ['a live run', { live: { run: 1 } }, true],
  ['a VM', { vms: 1 }, true],
  ['a disk', { disks: 1 }, true],
  ['a VM and its disk', { vms: 1, disks: 1 }, true],
  ['live runs, as many VMs and disks', { live: { run: 2 }, vms: 1, disks: 1 }, true],
  ['a live run and two VMs', { live: { run: 1 }, vms: 2 }, true],
])(
  'on this computer an old sweep is a finding only where something is left to look after: %s',
  (_what, report, isIt) => {
    const old = { isLocal: true, awakeMs: 181_000, last: aReport({}, 181_000) };
    expect(findings({ ...old, report: aReport(report) })).toHaveLength(isIt ? 1 : 0);
  },
);
