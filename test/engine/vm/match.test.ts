// Which VMs should be on, and how the cloud's list shows them.
import { isDown, isGoingDown, seenAs, shouldBeOn, type ShownVm } from '../../../functions/src/engine/vm/match';
import { aStart, at, aVm } from '../../fakes/builders';

test.each([
  ['STOPPED', true, false],
  ['TERMINATED', true, false],
  ['SUSPENDED', true, false],
  ['STOPPING', false, true],
  ['PENDING_STOP', false, true],
  ['SUSPENDING', false, true],
  ['DEPROVISIONING', false, true],
  ['PROVISIONING', false, false],
  ['STAGING', false, false],
  ['RUNNING', false, false],
  ['REPAIRING', false, false],
  ['A_WORD_OF_TOMORROW', false, false],
  [undefined, false, false],
])('a VM that is %s is down: %s, going down: %s', (status, down, going) => {
  expect([isDown({ status }), isGoingDown({ status })]).toEqual([down, going]);
});

type Vm = Parameters<typeof aVm>[0];

const FAILURE = { reason: 'no-capacity' as const, code: 'c', message: '', scope: 'zone' as const };
const NO_LIMIT = { reason: 'internal' as const, code: 'noTimeLimit', message: '', scope: 'all' as const };
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const DOWN = { at: at(900), how: 'stopped' as const };
const settled = { settledAt: at(30) };
const first = { start: aStart(settled), down: DOWN };

test.each<[what: string, vm: Vm, isOn: boolean]>([
  ['decided on', {}, false],
  ['its insert is under way', { start: { operation: 'op' } }, false],
  ['its insert is under way, and it has reported', { start: { operation: 'op' }, period: { reports: REPORTS } }, true],
  ['made', { start: settled }, true],
  ['its insert failed', { start: { ...settled, failure: FAILURE } }, false],
  [
    'its insert failed, and it has reported',
    { start: { ...settled, failure: FAILURE }, period: { reports: REPORTS } },
    true,
  ],
  ['seen down', { start: settled, period: { down: DOWN } }, false],
  ['proven gone', { start: settled, goneAt: at(900) }, false],
  ['told to stop, and not seen down yet', { start: settled, period: { stop: { at: at(800), operation: 'op' } } }, true],
  ['to be started again', { periods: { 1: first, 2: { start: aStart() } } }, false],
  ['its second start is under way', { periods: { 1: first, 2: { start: aStart({ operation: 'op' }) } } }, false],
  [
    'its second start is under way, and it has reported before',
    { periods: { 1: { ...first, reports: REPORTS }, 2: { start: aStart({ operation: 'op' }) } } },
    false,
  ],
  ['started again', { periods: { 1: first, 2: { start: aStart(settled) } } }, true],
  ['made without its time limit', { start: { ...settled, failure: NO_LIMIT } }, true],
  [
    'started again without its time limit',
    { periods: { 1: first, 2: { start: aStart({ ...settled, failure: NO_LIMIT }) } } },
    true,
  ],
  [
    'started again without its time limit, and seen down',
    { periods: { 1: first, 2: { start: aStart({ ...settled, failure: NO_LIMIT }), down: DOWN } } },
    false,
  ],
  ['its second start failed', { periods: { 1: first, 2: { start: aStart({ ...settled, failure: FAILURE }) } } }, false],
  ['started again, and seen down', { periods: { 1: first, 2: { start: aStart(settled), down: DOWN } } }, false],
  ['started again, and proven gone', { periods: { 1: first, 2: { start: aStart(settled) } }, goneAt: at(9) }, false],
])('should be on: %s', (_what, vm, isOn) => {
  expect(shouldBeOn(aVm(vm))).toBe(isOn);
});

const LABELS = { run: 'r', attempt: '1' };
const listed = (overrides: Partial<ShownVm> = {}): ShownVm => ({
  ...{ id: '17', name: 'vm-1', zone: 'z-a', status: 'RUNNING', labels: LABELS },
  ...overrides,
});

test.each<[what: string, listed: ShownVm[], vm: Vm, seen: ReturnType<typeof seenAs>]>([
  ['an empty list', [], {}, 'unseen'],
  ['it runs', [listed()], {}, 'on'],
  ['it is stopped', [listed({ status: 'TERMINATED' })], {}, 'stopped'],
  ['it is stopping', [listed({ status: 'STOPPING' })], {}, 'on'],
  ['one of another name', [listed({ name: 'vm-2' })], {}, 'unseen'],
  ['one in another zone', [listed({ zone: 'z-b' })], {}, 'unseen'],
  ['it runs, after others', [listed({ name: 'vm-2' }), listed({ zone: 'z-b', status: 'STOPPED' }), listed()], {}, 'on'],
  ['another VM got the name', [listed({ labels: { run: 'x' } })], {}, 'unseen'],
  ['another VM got the name, and is stopped', [listed({ labels: {}, status: 'STOPPED' })], { id: '18' }, 'unseen'],
  ['its labels were taken off', [listed({ labels: {} })], { id: '17' }, 'on'],
])('seen in the list: %s', (_what, list, vm, seen) => {
  expect(seenAs(aVm({ name: 'vm-1', zone: 'z-a', ...vm }), LABELS, list)).toBe(seen);
});
