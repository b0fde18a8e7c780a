// A VM that somebody has started in the console: the end of one period, and the next one.
import type { ReportState, SeenDown, VmRecord } from '@mymlops/protocol';
import { observeReport } from '../../../functions/src/engine/vm/observe';
import { CONSOLE, observeStartByHand } from '../../../functions/src/engine/vm/start-by-hand';
import { aStart, at, aVm } from '../../fakes/builders';

const sight = (seconds: number, how: SeenDown['how']): SeenDown => ({ at: at(seconds), how });
const said: ReportState = { phase: 'execute', phases: {} };

const FAILURE = { reason: 'no-capacity' as const, code: 'c', message: '', scope: 'zone' as const };
const limited = { maxRunDurationSeconds: 77, settledAt: at(30) };
const stop = { at: at(500), operation: 'op' };
const first = { start: aStart(), down: sight(100, 'stopped') };
const seenDown = aVm({ start: limited, period: { down: sight(500, 'stopped') } });
const stopped = aVm({ start: limited, period: { stop } });
const stoppedLate = aVm({ start: limited, period: { stop: { ...stop, at: at(9), requestedAt: at(500) } } });
const on = aVm({ start: { ...limited, startedAt: at(25) } });
const wantedOff = aVm({ start: { ...limited, startedAt: at(25) }, period: { stop: { at: at(490) } } });
const toldToStop = aVm({
  start: { ...limited, startedAt: at(25) },
  period: { stop: { at: at(100), requestedAt: at(480), operation: 'op', tries: 1 } },
});
const unlimited = aVm({
  periods: {
    1: first,
    2: { start: aStart({ ...limited, startedAt: at(105), failure: { ...FAILURE, code: 'noTimeLimit' } }) },
  },
});
const seenAfterStop = aVm({ start: limited, period: { stop: { ...stop, at: at(400) }, down: sight(500, 'gone') } });
const failed = (number: 1 | 2) => {
  const period = { start: aStart({ ...limited, settledAt: at(500), failure: FAILURE }) };
  return aVm({ periods: number === 1 ? { 1: period } : { 1: first, 2: period } });
};

test.each<[what: string, vm: VmRecord<ReportState>, down: SeenDown | undefined]>([
  ['it was seen down', seenDown, sight(500, 'stopped')],
  ['it was stopped on our request: it was down from then on', stopped, sight(500, 'stopped')],
  ['it was stopped, and seen down after that', seenAfterStop, sight(500, 'gone')],
  ['its second start failed', failed(2), undefined],
  ['it was stopped long after it was wanted off', stoppedLate, sight(500, 'stopped')],
])('powered on after %s: a period of its own, with the limit of the last one', (_what, vm, down) => {
  expect(CONSOLE).toBe('console');
  const number = Object.keys(vm.periods).length;
  expect(observeStartByHand(vm, at(500.001)).periods).toEqual({
    ...vm.periods,
    [number]: { ...vm.periods[number], ...(down && { down }) },
    [number + 1]: {
      start: {
        ...{ at: at(500.001), actor: 'console', startedAt: at(500.001), settledAt: at(500.001) },
        maxRunDurationSeconds: 77,
      },
    },
  });
  expect(observeStartByHand(vm, at(500))).toBe(vm);
  expect(observeStartByHand(vm, at(100))).toBe(vm);
});

test.each<[what: string, vm: VmRecord]>([
  ['it was not seen down', aVm({ start: limited })],
  ['its stop is intended, and was not requested', aVm({ start: limited, period: { stop: { at: at(500) } } })],
  ['its insert failed: there is no VM of ours', failed(1)],
  ['it was seen down in an earlier period only', aVm({ periods: { 1: first, 2: { start: aStart() } } })],
  [
    'it was stopped in an earlier period only',
    aVm({ periods: { 1: { start: aStart(), stop }, 2: { start: aStart({ at: at(600) }) } } }),
  ],
])('powered on, and nothing changes: %s', (_what, vm) => {
  expect(observeStartByHand(vm, at(9999))).toBe(vm);
});

test('the same news twice opens one period', () => {
  const once = observeStartByHand(seenDown, at(600));
  expect(observeStartByHand(once, at(600))).toBe(once);
});

test.each<[what: string, vm: VmRecord<ReportState>, down: SeenDown | undefined]>([
  ['it is on', on, sight(495, 'stopped')],
  ['it is on, and wanted off', wantedOff, sight(495, 'stopped')],
  ['its stop was requested', toldToStop, sight(480, 'stopped')],
  ['it was started without its time limit', unlimited, sight(495, 'stopped')],
])('stopped and started by hand between two sweeps (%s): a period of its own', (_what, vm, down) => {
  const number = Object.keys(vm.periods).length;
  const { periods } = observeStartByHand(vm, at(495));
  expect(periods[number]).toEqual({ ...vm.periods[number], down });
  expect(periods[number + 1]?.start).toMatchObject({ actor: 'console', startedAt: at(495) });
  // The list may be older than that, or as old as what was read back.
  const startedAt = vm.periods[number]?.start.startedAt ?? '';
  expect(observeStartByHand(vm, startedAt)).toBe(vm);
  expect(observeStartByHand(vm, at(1))).toBe(vm);
});

test("what Compute Engine's clock says of the start counts more than ours of the end", () => {
  const vm = aVm({ start: { ...limited, startedAt: at(25) }, period: { down: sight(500, 'stopped') } });
  const { periods } = observeStartByHand(vm, at(499));
  expect([periods[1], periods[2]?.start.at]).toEqual([vm.periods[1], at(499)]);
});

type Step = (vm: VmRecord<ReportState>) => VmRecord<ReportState>;

const news: Step = (vm) => observeStartByHand(vm, at(495));
const report = (second: number, boot: string): Step => {
  return (vm) => observeReport(vm, { boot, writer: 'agent', seq: 1 }, said, at(second));
};
const [before, early, late] = [report(100, 'a'), report(495, 'b'), report(497, 'c')];

test.each<[what: string, steps: Step[]]>([
  ['before the news', [before, early, late, news]],
  ['around the news', [late, news, before, early]],
  ['after the news', [news, early, late, before]],
])('reports that come %s of a start belong to the period in which they were sent', (_what, steps) => {
  const { periods } = steps.reduce((vm, step) => step(vm), on);
  const bootsOf = (number: number) => Object.keys(periods[number]?.reports ?? {}).toSorted();
  expect([bootsOf(1), bootsOf(2)]).toEqual([['a_agent'], ['b_agent', 'c_agent']]);
});

test('a period without a report has none, as before', () => {
  const { periods } = [late, news].reduce((vm, step) => step(vm), on);
  expect(periods[1]?.reports).toBeUndefined();
  expect(observeStartByHand(on, at(495)).periods[2]).not.toHaveProperty('reports');
});
