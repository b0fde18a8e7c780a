// Observations of a VM: reports, its id, that it is down. Duplicates and another order leave no trace.
import { currentPeriod, type ReportState, type SeenDown, type VmRecord } from '@mymlops/protocol';
import { observeDown, observeIdentity, observeReport } from '../../../functions/src/engine/vm/observe';
import { aStart, at, aVm } from '../../fakes/builders';

interface Sent {
  boot?: string;
  writer?: string;
  seq: number;
  /** Received at this second. */
  second?: number;
  cells?: number;
}

const said = (cells = 0): ReportState => ({ phase: 'execute', phases: {}, cells });

const receive = (vm: VmRecord<ReportState>, { boot = 'x', writer = 'agent', seq, second = 0, cells }: Sent) =>
  observeReport(vm, { boot, writer, seq }, said(cells), at(second));

const afterAll = (sent: Sent[], vm = aVm()) => sent.reduce(receive, vm);

/** Of each report that is kept: `<boot>_<writer>`, seq, second of arrival, cells. */
const keptIn = (vm: VmRecord<ReportState>): [string, number, string, number | undefined][] =>
  Object.entries(currentPeriod(vm).reports ?? {}).map(([key, { seq, receivedAt, state }]) => [
    key,
    seq,
    receivedAt,
    state.cells,
  ]);

test.each<[what: string, sent: Sent[], kept: ReturnType<typeof keptIn>]>([
  ['the first', [{ seq: 1, second: 5, cells: 2 }], [['x_agent', 1, at(5), 2]]],
  ['a newer one', [{ seq: 1 }, { seq: 2, second: 5, cells: 2 }], [['x_agent', 2, at(5), 2]]],
  [
    'a newer one that came earlier',
    [
      { seq: 1, second: 9 },
      { seq: 2, second: 5 },
    ],
    [['x_agent', 2, at(5), 0]],
  ],
  [
    'the same that came earlier',
    [
      { seq: 1, second: 9 },
      { seq: 1, second: 5 },
    ],
    [['x_agent', 1, at(5), 0]],
  ],
  [
    'those of another writer and of another boot stand beside it',
    [{ seq: 3 }, { seq: 1, writer: 'shutdown' }, { seq: 2, boot: 'y' }],
    [
      ['x_agent', 3, at(0), 0],
      ['x_shutdown', 1, at(0), 0],
      ['y_agent', 2, at(0), 0],
    ],
  ],
])('a report: %s', (_what, sent, kept) => {
  expect(keptIn(afterAll(sent))).toEqual(kept);
});

test.each<[what: string, sent: Sent]>([
  ['the same again', { seq: 2, second: 5 }],
  ['the same, delivered later', { seq: 2, second: 6 }],
  ['one that was overtaken', { seq: 1, second: 4 }],
  ['one that was overtaken, delivered later', { seq: 1, second: 9 }],
])('a report changes nothing: %s', (_what, sent) => {
  const before = afterAll([{ seq: 2, second: 5 }]);
  expect(receive(before, sent)).toBe(before);
});

test.each<[what: string, second: number, period: 1 | 2]>([
  ['was sent in the second', 101, 2],
  ['was sent when the second began', 100, 2],
  ['comes hours late, from the first', 99.999, 1],
  // Two clocks: by its own, it was sent before the VM was decided on.
  ['was sent before the first', -1, 1],
])('a report of a VM that was started again belongs to the period in which it %s', (_what, second, period) => {
  const vm = aVm({ periods: { 1: { start: aStart() }, 2: { start: aStart({ at: at(100) }) } } });
  const { periods } = receive(vm, { seq: 1, second });
  const reports = { x_agent: { seq: 1, receivedAt: at(second), state: said() } };
  expect(periods).toEqual({ ...vm.periods, [period]: { ...vm.periods[period], reports } });
  expect(Object.keys(periods)).toEqual(['1', '2']);
});

describe('a VM that invents boots: five of each writer stay', () => {
  const FIVE: Sent[] = ['a', 'b', 'c', 'd', 'e'].map((boot) => ({ boot, seq: 5, second: 5 }));
  const boots = (vm: VmRecord<ReportState>) => keptIn(vm).map(([key]) => key);
  const OF_FIVE = FIVE.map(({ boot }) => `${boot}_agent`);

  test.each<[what: string, sixth: Sent, kept: string[]]>([
    ['said more', { boot: 'f', seq: 6, second: 9 }, ['a', 'b', 'c', 'd', 'f']],
    ['said as much, and came earlier', { boot: 'f', seq: 5, second: 4 }, ['a', 'b', 'c', 'd', 'f']],
    ['said as much, came with them, and is first by name', { boot: 'A', seq: 5, second: 5 }, ['a', 'b', 'c', 'd', 'A']],
  ])('the sixth stays: it %s', (_what, sixth, kept) => {
    expect(boots(receive(afterAll(FIVE), sixth))).toEqual(kept.map((boot) => `${boot}_agent`));
  });

  test.each<[what: string, sixth: Sent]>([
    ['said less', { boot: 'A', seq: 4, second: 1 }],
    ['said as much, and came later', { boot: 'A', seq: 5, second: 6 }],
    ['said as much, came with them, and is last by name', { boot: 'f', seq: 5, second: 5 }],
  ])('the sixth is dropped, and nothing changes: it %s', (_what, sixth) => {
    const before = afterAll(FIVE);
    expect(receive(before, sixth)).toBe(before);
  });

  test.each<[what: string, weakest: Sent]>([
    ['which said least', { boot: 'e', seq: 4, second: 1 }],
    ['which came last', { boot: 'e', seq: 5, second: 6 }],
  ])('one of the five leaves, %s, wherever it stands', (_what, weakest) => {
    const sent = [weakest, ...FIVE.slice(0, 4), { boot: 'f', seq: 5, second: 5 }];
    expect(boots(afterAll(sent))).toEqual(['a_agent', 'b_agent', 'c_agent', 'd_agent', 'f_agent']);
  });

  test('a newer report of one of the five drops none', () => {
    expect(boots(receive(afterAll(FIVE), { boot: 'a', seq: 9 }))).toEqual(OF_FIVE);
  });

  test('those of another writer are counted apart', () => {
    const both = receive(afterAll(FIVE), { boot: 'a', writer: 'shutdown', seq: 1, second: 9 });
    expect(boots(both)).toEqual([...OF_FIVE, 'a_shutdown']);
    expect(boots(receive(both, { boot: 'f', seq: 6 }))).toEqual(
      ['a', 'b', 'c', 'd'].map((boot) => `${boot}_agent`).concat('a_shutdown', 'f_agent'),
    );
  });
});

test.each<[what: string, vm: Parameters<typeof aVm>[0], isNew: boolean]>([
  ['the first', {}, true],
  ['another was first', { reportedId: '18' }, false],
  ['the insert has said it', { id: '18' }, false],
])('an id that a token says: %s', (_what, overrides, isNew) => {
  const vm = aVm(overrides);
  expect(observeIdentity(vm, '17')).toEqual(isNew ? { ...vm, reportedId: '17' } : vm);
});

const downOf = (vm: VmRecord): SeenDown | undefined => currentPeriod(vm).down;
const sight = (seconds: number, how: SeenDown['how'], cause?: SeenDown['cause']): SeenDown => ({
  ...{ at: at(seconds), how },
  ...(cause && { cause }),
});

test.each<[what: string, a: SeenDown, b: SeenDown, down: SeenDown]>([
  ['the earlier sight stays', sight(1, 'stopped'), sight(2, 'gone'), sight(1, 'stopped')],
  ['at the same time, gone stays', sight(1, 'gone'), sight(1, 'stopped'), sight(1, 'gone')],
  ['the same sight twice', sight(1, 'gone', 'deleted'), sight(1, 'gone', 'deleted'), sight(1, 'gone', 'deleted')],
  [
    'the earlier one alone knew the cause',
    sight(1, 'stopped', 'preempted'),
    sight(2, 'gone'),
    sight(1, 'stopped', 'preempted'),
  ],
  [
    'the later one alone knew the cause',
    sight(1, 'stopped'),
    sight(2, 'gone', 'preempted'),
    sight(1, 'stopped', 'preempted'),
  ],
  // Of two looks that knew two causes, the one that saw less of the zone's operations is wrong. What happened first counts.
  [
    'a preemption ends in a deletion, and no VM is preempted that is being deleted',
    sight(1, 'gone', 'deleted'),
    sight(2, 'gone', 'preempted'),
    sight(1, 'gone', 'preempted'),
  ],
  [
    'a VM that was deleted before its limit never came to it; the look that named the limit saw no deletion',
    sight(1, 'gone', 'time-limit'),
    sight(2, 'gone', 'deleted'),
    sight(1, 'gone', 'deleted'),
  ],
  [
    'nor did one that was preempted',
    sight(1, 'gone', 'time-limit'),
    sight(2, 'gone', 'preempted'),
    sight(1, 'gone', 'preempted'),
  ],
  [
    'a VM whose host failed is deleted afterwards',
    sight(1, 'gone', 'deleted'),
    sight(2, 'gone', 'host'),
    sight(1, 'gone', 'host'),
  ],
])('two sights of a VM that is down, in either order: %s', (_what, a, b, down) => {
  expect(downOf(observeDown(observeDown(aVm(), a), b))).toStrictEqual(down);
  expect(downOf(observeDown(observeDown(aVm(), b), a))).toStrictEqual(down);
});

test.each<[what: string, sight: SeenDown]>([
  ['without a cause', sight(1, 'gone')],
  ['with a cause', sight(1, 'stopped', 'preempted')],
])('the first sight, %s', (_what, seen) => {
  expect(downOf(observeDown(aVm(), seen))).toStrictEqual(seen);
});

test.each<[what: string, sight: SeenDown]>([
  ['the same', sight(5, 'stopped', 'deleted')],
  ['a later one', sight(6, 'gone')],
  ['a later one with a weaker cause', sight(6, 'gone', 'time-limit')],
  ['one at the same time', sight(5, 'stopped')],
])('a sight changes nothing: %s', (_what, seen) => {
  const before = observeDown(aVm(), sight(5, 'stopped', 'deleted'));
  expect(observeDown(before, seen)).toBe(before);
});

test('a VM that was started again is seen down in its newest period', () => {
  const first = { start: aStart(), down: sight(5, 'stopped') };
  const vm = observeDown(aVm({ periods: { 1: first, 2: { start: aStart({ at: at(100) }) } } }), sight(200, 'gone'));
  expect([vm.periods[1], vm.periods[2]?.down]).toEqual([first, sight(200, 'gone')]);
});
