// Readings of a VM record, and copies of it with more in them.
import type { VmFailure } from '@mymlops/protocol';
import {
  decidedAt,
  hasExisted,
  hasReported,
  inPeriod,
  insertOf,
  lacksTimeLimit,
  mayHaveExisted,
  openPeriod,
  withPeriod,
  withStart,
} from '../../../functions/src/engine/vm/record';
import { aStart, at, aVm } from '../../fakes/builders';

type Vm = Parameters<typeof aVm>[0];

const failed = (code: string): VmFailure => ({ reason: 'no-capacity', code, message: '', scope: 'zone' });
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const settled = { settledAt: at(30) };
const first = { start: aStart(settled) };
const second = { start: aStart({ at: at(100) }) };

test('the insert is the start of the first period, and its time that of the decision', () => {
  const vm = aVm({ periods: { 1: first, 2: second } });
  expect([insertOf(vm), decidedAt(vm)]).toEqual([first.start, at(0)]);
});

test('a record without its first period is an error', () => {
  expect(() => insertOf(aVm({ name: 'vm-1', periods: { 2: second } }))).toThrow('VM vm-1 has no insert');
});

test('fields are laid over the newest period, over its start, or open the next one; the rest stays as it is', () => {
  const vm = aVm({ periods: { 1: first, 2: second } });
  const before = structuredClone(vm);
  const stop = { at: at(200) };
  expect(withPeriod(vm, { stop })).toEqual({ ...vm, periods: { 1: first, 2: { ...second, stop } } });
  expect(withStart(vm, { operation: 'op' })).toEqual({
    ...vm,
    periods: { 1: first, 2: { start: { ...second.start, operation: 'op' } } },
  });
  expect(withStart(withPeriod(vm, { stop }), settled).periods[2]).toEqual({
    start: { ...second.start, ...settled },
    stop,
  });
  const third = aStart({ at: at(300) });
  expect(openPeriod(vm, third)).toEqual({ ...vm, periods: { 1: first, 2: second, 3: { start: third } } });
  expect(vm).toEqual(before);
});

describe('an update that was made on what was known of a period', () => {
  const vm = aVm({ periods: { 1: first, 2: second } });

  test('is merged into that one, and the later ones stay as they are', () => {
    const update = inPeriod(1, (known) => withPeriod({ ...known, id: '7' }, { stop: { at: at(200) } }));
    expect(update(vm)).toEqual({ ...vm, id: '7', periods: { 1: { ...first, stop: { at: at(200) } }, 2: second } });
  });

  test('of the newest is an update like any other, also one that opens the next', () => {
    const third = aStart({ at: at(300) });
    expect(inPeriod(2, (known) => openPeriod(known, third))(vm)).toEqual(openPeriod(vm, third));
  });

  test('that changes nothing leaves the same record', () => {
    expect(inPeriod(1, (known) => known)(vm)).toBe(vm);
    expect(inPeriod(2, (known) => known)(vm)).toBe(vm);
  });

  test('goes by number: ten is later than nine', () => {
    const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
    const many = aVm({ periods: Object.fromEntries(numbers.map((number) => [number, first])) });
    const stop = { at: at(200) };
    const { periods } = inPeriod(9, (known) => withPeriod(known, { stop }))(many);
    expect(numbers.filter((number) => periods[number]?.stop)).toEqual([9]);
  });
});

test.each<[what: string, vm: Vm, reported: boolean, existed: boolean]>([
  ['decided on', {}, false, false],
  ['its insert is under way', { start: { operation: 'op' } }, false, false],
  ['made', { start: settled }, false, true],
  ['its insert failed', { start: { ...settled, failure: failed('c') } }, false, false],
  ['its insert was refused', { start: { failure: failed('c') } }, false, false],
  ['reported before anybody knew of its insert', { period: { reports: REPORTS } }, true, true],
  ['reported, though its insert failed', { start: { failure: failed('c') }, period: { reports: REPORTS } }, true, true],
  ['reported in its first period', { periods: { 1: { ...first, reports: REPORTS }, 2: second } }, true, true],
  ['reported in its second period', { periods: { 1: first, 2: { ...second, reports: REPORTS } } }, true, true],
  [
    'its second start failed: there was a VM',
    { periods: { 1: first, 2: { start: aStart({ failure: failed('c') }) } } },
    false,
    true,
  ],
])('%s: has reported %s, has existed %s', (_what, vm, reported, existed) => {
  expect([hasReported(aVm(vm)), hasExisted(aVm(vm))]).toEqual([reported, existed]);
});

test.each([
  [undefined, false, false],
  ['ZONE_RESOURCE_POOL_EXHAUSTED', false, false],
  ['diskLeft', false, false],
  ['alreadyExists', false, false],
  ['neverMade', true, false],
  ['unanswered', true, false],
  ['noTimeLimit', true, true],
])('its insert failed with %s: may have existed %s, lacks its time limit %s', (code, may, lacks) => {
  const vm = aVm({ start: { ...settled, ...(code !== undefined && { failure: failed(code) }) } });
  expect([mayHaveExisted(vm), lacksTimeLimit(vm)]).toEqual([may, lacks]);
});

test('its insert tells whether it may have existed, its newest start whether it lacks its limit', () => {
  const unlimited = { start: aStart({ failure: failed('noTimeLimit') }) };
  const vms = [aVm({ periods: { 1: unlimited, 2: second } }), aVm({ periods: { 1: first, 2: unlimited } })];
  expect(vms.map(mayHaveExisted)).toEqual([true, false]);
  expect(vms.map(lacksTimeLimit)).toEqual([false, true]);
});
