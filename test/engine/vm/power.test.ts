// The next step of a VM that is wanted on, and of one that is wanted off.
import { bringDown, bringUp, isPeriodOver, isTimeLimitUnknown } from '../../../functions/src/engine/vm/power';
import { aStart, at, aVm, msAt } from '../../fakes/builders';

type Vm = Parameters<typeof aVm>[0];
type Who = 'its own' | 'of another' | 'left lying by another';

const FAILURE = { reason: 'no-capacity' as const, code: 'c', message: '', scope: 'zone' as const };
const NO_LIMIT = { reason: 'internal' as const, code: 'noTimeLimit', message: '', scope: 'all' as const };
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const DOWN = { at: at(-10), how: 'stopped' as const };
const settled = { settledAt: at(30) };
const verified = { timeLimitVerifiedAt: at(40) };
const momentOf = (who: Who) => ({
  actor: who === 'its own' ? 'a' : 'b',
  nowMs: msAt(who === 'left lying by another' ? 120.001 : 120),
});

/** The first period is over, all of it as it should be; the second one began at ten. */
const again = (
  start: Parameters<typeof aStart>[0] = {},
  period: NonNullable<Vm>['period'] = {},
  first: NonNullable<Vm>['period'] = {},
): Vm => ({
  periods: {
    1: { start: aStart({ at: at(-9999), ...settled }), ...verified, reports: REPORTS, down: DOWN, ...first },
    2: { start: aStart(start), ...period },
  },
});

test.each<[what: string, vm: Vm, who: Who, up: string | undefined, down: string | undefined]>([
  ['nothing was requested', {}, 'its own', 'insert', 'insert'],
  ['nothing was requested', {}, 'of another', undefined, undefined],
  ['nothing was requested', {}, 'left lying by another', 'insert', 'insert'],
  ['no answer, but it has reported', { period: { reports: REPORTS } }, 'its own', 'await-start', 'await-start'],
  ['the insert is under way', { start: { operation: 'op' } }, 'of another', 'await-start', 'await-start'],
  ['made', { start: { operation: 'op', ...settled } }, 'of another', 'verify-time-limit', 'stop'],
  ['made, without an operation', { start: settled }, 'of another', 'verify-time-limit', 'stop'],
  ['made, its limit verified', { start: settled, period: verified }, 'its own', undefined, 'stop'],
  ['the insert failed', { start: { ...settled, failure: FAILURE } }, 'its own', undefined, undefined],
  ['a start was not requested', again(), 'its own', 'start', 'start'],
  ['a start was not requested', again(), 'of another', undefined, undefined],
  ['a start was not requested', again(), 'left lying by another', 'start', 'start'],
  ['a start was not requested, but it has reported', again({}, { reports: REPORTS }), 'its own', 'start', 'start'],
  ['a start is under way', again({ operation: 'op' }), 'of another', 'await-start', 'await-start'],
  ['started again', again({ operation: 'op', ...settled }), 'of another', 'verify-time-limit', 'stop'],
  ['started again, by hand', again(settled), 'its own', 'verify-time-limit', 'stop'],
  ['started again, its limit verified', again(settled, verified), 'its own', undefined, 'stop'],
  ['a start failed', again({ ...settled, failure: FAILURE }), 'its own', undefined, undefined],
  // It is on without what bounds its life: nobody may want that.
  ['started again without its time limit', again({ ...settled, failure: NO_LIMIT }), 'of another', 'stop', 'stop'],
  ['made without its time limit', { start: { ...settled, failure: NO_LIMIT } }, 'of another', 'stop', 'stop'],
])('%s (the intent is %s): on %s, off %s', (_what, vm, who, up, down) => {
  expect([bringUp(aVm(vm), momentOf(who)), bringDown(aVm(vm), momentOf(who))]).toEqual([up, down]);
});

const on = { ...settled, operation: 'op' };

test.each<[what: string, vm: Vm, down: string | undefined]>([
  ['on', { start: on }, 'stop'],
  ['to be stopped, and nothing was requested', { start: on, period: { stop: { at: at(90) } } }, 'stop'],
  ['the stop is under way', { start: on, period: { stop: { at: at(90), operation: 'op' } } }, undefined],
  [
    'it was to stop, and was not seen down',
    { start: on, period: { stop: { at: at(-480), operation: 'op' } } },
    undefined,
  ],
  [
    'the same for more than ten minutes',
    { start: on, period: { stop: { at: at(-480.001), operation: 'op' } } },
    'stop',
  ],
  [
    'wanted off long ago, and told so just now',
    { start: on, period: { stop: { at: at(-9000), requestedAt: at(-480), operation: 'op', tries: 2 } } },
    undefined,
  ],
  ['seen down', { start: on, period: { down: DOWN } }, undefined],
  ['gone', { start: on, goneAt: at(90) }, undefined],
  ['seen down while nobody knows of its insert', { period: { down: DOWN } }, undefined],
  ['gone while its insert is under way', { start: { operation: 'op' }, goneAt: at(90) }, undefined],
  ['refused and not settled', { start: { failure: FAILURE } }, undefined],
  [
    'without its time limit, told to stop',
    again({ ...on, failure: NO_LIMIT }, { stop: { at: at(90), operation: 'op' } }),
    undefined,
  ],
  ['without its time limit, seen down', again({ ...on, failure: NO_LIMIT }, { down: DOWN }), undefined],
  ['without its time limit, gone', { start: { ...on, failure: NO_LIMIT }, goneAt: at(90) }, undefined],
  ['started again since it was stopped', again(on, {}, { stop: { at: at(-90), operation: 'op' } }), 'stop'],
  ['started again, and stopped again', again(on, { stop: { at: at(90), operation: 'op' } }), undefined],
])('towards off: %s', (_what, vm, down) => {
  expect(bringDown(aVm(vm), momentOf('its own'))).toBe(down);
});

test.each<[what: string, vm: Vm, isOver: boolean]>([
  ['decided on', {}, false],
  ['on', { start: on }, false],
  ['told to stop', { start: on, period: { stop: { at: at(90), operation: 'op' } } }, false],
  ['seen down', { start: on, period: { down: DOWN } }, true],
  ['not made', { start: { ...settled, failure: FAILURE } }, true],
  ['not started again', again({ ...settled, failure: FAILURE }), true],
  ['started again', again(on), false],
  ['started again without its time limit: it is on', again({ ...on, failure: NO_LIMIT }), false],
  ['started again without its time limit, seen down', again({ ...on, failure: NO_LIMIT }, { down: DOWN }), true],
])('the newest period is over: %s', (_what, vm, isOver) => {
  expect(isPeriodOver(aVm(vm))).toBe(isOver);
});

test.each<[what: string, vm: Vm, isUnknown: boolean]>([
  ['decided on', {}, true],
  ['made', { start: settled }, true],
  ['verified', { start: settled, period: verified }, false],
  ['not made', { start: { ...settled, failure: FAILURE } }, false],
  ['started again, verified before', again(settled), true],
  ['started again, and verified', again(settled, verified), false],
  ['started again, verified now and not before', again(settled, verified, { timeLimitVerifiedAt: undefined }), false],
])('the time limit is not known: %s', (_what, vm, isUnknown) => {
  expect(isTimeLimitUnknown(aVm(vm))).toBe(isUnknown);
});
