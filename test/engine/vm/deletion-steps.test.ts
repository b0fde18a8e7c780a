// The next step of a VM that nothing needs, who is proven gone, and when a VM can no longer bill.
import { REMOVAL_MS, cannotBill, deletions, unproven } from '../../../functions/src/engine/vm/deletion-steps';
import type { WantedDisk, WantedVm } from '../../../functions/src/engine/vm/resources';
import { aStart, at, aVm, msAt } from '../../fakes/builders';

type Vm = Parameters<typeof aVm>[0];

const FAILURE = { reason: 'no-capacity' as const, code: 'c', message: '', scope: 'zone' as const };
const NO_LIMIT = { reason: 'internal' as const, code: 'noTimeLimit', message: '', scope: 'all' as const };
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const fenced: Vm = { fencedAt: at(1) };
const later = (start: Parameters<typeof aStart>[0], fields: object = {}): Vm => ({
  periods: { 1: { start: aStart({ settledAt: at(30) }) }, 2: { start: aStart({ at: at(90), ...start }), ...fields } },
});
const wanting = (wanted: WantedVm['wanted'], vm: Vm = {}, number = 1): WantedVm => ({ number, vm: aVm(vm), wanted });
const diskOf = (wanted: WantedDisk['wanted'], number = 1): WantedDisk => ({ number, name: 'd', zone: 'z', wanted });

/** What comes next, for an invocation other than that of the intent, so many seconds after it. */
const stepsAt = (seconds: number, vms: WantedVm[], disks: WantedDisk[] = [], actor = 'other') =>
  deletions({ vms, disks }, { nowMs: msAt(seconds), actor });

test.each<[what: string, vm: Vm, effect: string | undefined]>([
  ['it existed', { start: { settledAt: at(30) } }, 'delete'],
  ['it existed, and is fenced', { ...fenced, start: { settledAt: at(30) } }, 'delete'],
  ['it has reported while its insert is under way', { period: { reports: REPORTS } }, 'delete'],
  ['its insert failed', { start: { settledAt: at(30), failure: FAILURE } }, 'delete'],
  ['its insert was refused', { start: { failure: FAILURE } }, 'delete'],
  ['its insert is under way', { start: { operation: 'op' } }, 'fence'],
  ['its insert is under way, and it is fenced', { ...fenced, start: { operation: 'op' } }, 'await-start'],
  ['nobody knows of an insert', {}, 'fence'],
  ['nobody knows of an insert yet, and it is fenced', fenced, undefined],
  ['it is gone', { ...fenced, goneAt: at(60) }, undefined],
  ['a later start is under way, which may make it again', later({ operation: 'op' }), 'fence'],
  ['a later start is under way, and it is fenced', { ...fenced, ...later({ operation: 'op' }) }, 'await-start'],
  ['a later start is decided on, and it is fenced', { ...fenced, ...later({}) }, undefined],
  ['a later start failed', later({ settledAt: at(95), failure: FAILURE }), 'delete'],
  ['a later start is under way, and it has reported since', later({ operation: 'op' }, { reports: REPORTS }), 'delete'],
])('a VM that is wanted absent: %s', (_what, vm, effect) => {
  expect(stepsAt(100, [wanting('absent', vm, 7)])).toEqual(effect ? [{ effect, vm: 7 }] : []);
});

test.each([
  ["another's, two minutes after the fence", 'other', 1, 121, false],
  ["another's, left lying", 'other', 1, 121.001, true],
  ["another's, old when it was fenced: somebody may have taken it over right before", 'other', 121, 124, false],
  ["another's, old when it was fenced, and nothing came of it", 'other', 121, 241.001, true],
  ['its own', 'a', 1, 1, true],
])(
  'the intent of a fenced VM is proven to have made nothing by a deletion: %s',
  (_what, actor, fencedAfter, seconds, isDeleted) => {
    const vm = { fencedAt: at(fencedAfter) };
    expect(stepsAt(seconds, [wanting('absent', vm)], [], actor)).toEqual(
      isDeleted ? [{ effect: 'delete', vm: 1 }] : [],
    );
  },
);

test.each(['on', 'off'] as const)('a VM that is wanted %s has no step', (wanted) => {
  expect(stepsAt(9999, [wanting(wanted, { start: { settledAt: at(30) } })])).toEqual([]);
});

const GONE: Vm = { start: { settledAt: at(30) }, goneAt: at(60) };

test.each<[what: string, vm: Vm, disks: WantedDisk[], isDeleted: boolean]>([
  ['which went with the VM', GONE, [], false],
  ['which outlives it, and is no longer kept', { ...GONE, keepsDisk: true }, [diskOf('absent')], true],
  ['which outlives it, and which nobody names', { ...GONE, keepsDisk: true }, [], true],
  ['which outlives it, and is kept', { ...GONE, keepsDisk: true }, [diskOf('kept')], false],
  ['where that of another VM is kept', { ...GONE, keepsDisk: true }, [diskOf('kept', 2), diskOf('absent')], true],
  ['which is gone as well', { ...GONE, keepsDisk: true, diskGoneAt: at(90) }, [diskOf('absent')], false],
])('the disk of a VM that is gone, %s', (_what, vm, disks, isDeleted) => {
  for (const wanted of ['on', 'off', 'absent'] as const) {
    expect(stepsAt(100, [wanting(wanted, vm)], disks)).toEqual(isDeleted ? [{ effect: 'delete-disk', vm: 1 }] : []);
  }
});

test('the disk of a VM that is not gone waits for that', () => {
  const vm: Vm = { start: { settledAt: at(30) }, keepsDisk: true };
  expect(stepsAt(100, [wanting('off', vm)], [diskOf('absent')])).toEqual([]);
  expect(stepsAt(100, [wanting('absent', vm)], [diskOf('absent')])).toEqual([{ effect: 'delete', vm: 1 }]);
});

test('each VM that has a step is named, in its order', () => {
  const existed: Vm = { start: { settledAt: at(30) } };
  const vms = [wanting('absent', existed, 1), wanting('on', existed, 2), wanting('absent', {}, 3)];
  expect(stepsAt(100, vms)).toEqual([
    { effect: 'delete', vm: 1 },
    { effect: 'fence', vm: 3 },
  ]);
});

test('unproven are those that are wanted absent and not proven gone', () => {
  const vms = [
    wanting('absent', { name: 'a' }),
    wanting('absent', { name: 'b', goneAt: at(60) }),
    wanting('on', { name: 'c' }),
    wanting('off', { name: 'd' }),
    wanting('on', { name: 'e', goneAt: at(60) }),
  ];
  expect(unproven({ vms, disks: [] }).map(({ name }) => name)).toStrictEqual(['a']);
});

test('the next VM waits five minutes for the proof', () => expect(REMOVAL_MS).toBe(300_000));

// The limit of 6600 s counts from when the start was settled, 30 s after ten; an hour later Google has ended the VM.
const OVER = 30 + 6600 + 3600;
/** Nobody requests an insert more than twenty minutes after its decision. */
const LAST = 1200 + 6600 + 3600;
const settled = { settledAt: at(30) };
const verified = { timeLimitVerifiedAt: at(40) };

test.each<[what: string, vm: Vm, seconds: number, cannot: boolean]>([
  ['gone', { goneAt: at(60) }, 60, true],
  ['gone, its limit not verified', { ...GONE }, 60, true],
  ['on, its limit verified, an hour over it', { start: settled, period: verified }, OVER, false],
  ['on, its limit verified, longer', { start: settled, period: verified }, OVER + 0.001, true],
  ['on, and its zone has not said whether it kept the limit', { start: settled }, OVER, false],
  ['on, and its zone has not said so for longer', { start: settled }, OVER + 0.001, true],
  ['on without its limit', { start: { ...settled, failure: NO_LIMIT } }, OVER + 999_999, false],
  ['its insert failed, an hour over its limit', { start: { ...settled, failure: FAILURE } }, OVER, false],
  ['its insert failed, longer', { start: { ...settled, failure: FAILURE } }, OVER + 0.001, true],
  ['its insert was given up late', { start: { settledAt: at(5000), failure: FAILURE } }, LAST, false],
  ['its insert was given up late, longer', { start: { settledAt: at(5000), failure: FAILURE } }, LAST + 0.001, true],
  ['its insert was settled late: it may have been late', { start: { settledAt: at(5000) } }, LAST + 0.001, false],
  ['its insert was settled late, longer', { start: { settledAt: at(5000) } }, 5000 + 6600 + 3600.001, true],
  ['its insert is not settled', {}, LAST, false],
  ['its insert is not settled, longer', {}, LAST + 0.001, true],
  ['its insert was refused and is not settled', { start: { failure: FAILURE } }, LAST, false],
  ['its insert was refused and is not settled, longer', { start: { failure: FAILURE } }, LAST + 0.001, true],
  [
    'started again: the limit of the newest period counts',
    {
      periods: {
        1: { start: aStart(settled), ...verified },
        2: {
          start: aStart({ at: at(9000), maxRunDurationSeconds: 60, settledAt: at(9010) }),
          timeLimitVerifiedAt: at(9020),
        },
      },
    },
    9010 + 60 + 3600,
    false,
  ],
  [
    'started again, and longer',
    {
      periods: {
        1: { start: aStart(settled), ...verified },
        2: { start: aStart({ at: at(9000), maxRunDurationSeconds: 60, settledAt: at(9010) }) },
      },
    },
    9010 + 60 + 3600.001,
    true,
  ],
  [
    'the start again is not settled: it may be requested at any time',
    { periods: { 1: { start: aStart(settled), ...verified }, 2: { start: aStart({ at: at(9000) }) } } },
    999_999,
    false,
  ],
])('cannot bill: %s', (_what, vm, seconds, cannot) => {
  expect(cannotBill(aVm(vm), msAt(seconds))).toBe(cannot);
});
