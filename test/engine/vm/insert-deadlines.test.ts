// Until when an insert is requested, and how long it may go unanswered.
import { isStale, isUnansweredTooLong, lastRequestMs } from '../../../functions/src/engine/vm/insert-deadlines';
import { aStart, at, aVm, msAt } from '../../fakes/builders';

/** Decided on at ten, and started again later, which changes nothing of that. */
const VMS = {
  new: aVm(),
  'started again': aVm({ periods: { 1: { start: aStart() }, 2: { start: aStart({ at: at(9000) }) } } }),
};

test.each(Object.entries(VMS))('a %s VM', (_what, vm) => {
  expect([isStale(vm, msAt(1200)), isStale(vm, msAt(1200.001))]).toEqual([false, true]);
  expect(lastRequestMs(vm)).toBe(msAt(1200));
  expect([isUnansweredTooLong(vm, msAt(1799.999)), isUnansweredTooLong(vm, msAt(1800))]).toEqual([false, true]);
});
