// Waiting for capacity: zone after zone, a pause of one to five minutes, all of them again, within the queue limit.
import type { CapacityWait, VmFailure } from '@mymlops/protocol';
import {
  afterAllTried,
  afterPlacement,
  afterRefusal,
  refusalOf,
  hasWaitedTooLong,
  isPausing,
} from '../../../functions/src/engine/vm/capacity';
import { at, msAt } from '../../fakes/builders';

const wait = (overrides: Partial<CapacityWait> = {}): CapacityWait => ({
  ...{ waitedSeconds: 0, tried: [], rounds: 0 },
  ...overrides,
});

test.each<[what: string, before: CapacityWait | undefined, after: CapacityWait]>([
  ['the first one', undefined, wait({ since: at(60), tried: ['a'] })],
  [
    'a second zone: waiting since the first',
    wait({ since: at(0), tried: ['b'] }),
    wait({ since: at(0), tried: ['b', 'a'] }),
  ],
  [
    'the same zone again is named once',
    wait({ since: at(0), tried: ['a', 'b'] }),
    wait({ since: at(0), tried: ['a', 'b'] }),
  ],
  [
    'after a VM that had been placed: earlier waits count on, a new one begins',
    wait({ waitedSeconds: 30 }),
    wait({ waitedSeconds: 30, since: at(60), tried: ['a'] }),
  ],
  [
    'after a pause: rounds and the end of the pause stay',
    wait({ since: at(0), rounds: 2, notBefore: at(50) }),
    wait({ since: at(0), rounds: 2, notBefore: at(50), tried: ['a'] }),
  ],
])('a stocked-out zone: %s', (_what, capacity, after) => {
  expect(afterRefusal({ capacity }, 'a', { scope: 'zone' }, msAt(60))).toEqual(after);
});

const aFailure: VmFailure = { scope: 'zone', reason: 'no-capacity', code: 'C', message: 'm' };
const ofGpus = (limit: string): Partial<VmFailure> => ({
  ...{ scope: 'region', reason: 'quota', code: 'QUOTA_EXCEEDED' },
  message: `Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: ${limit} in region us-east1.`,
});

test.each<[Partial<VmFailure>, Partial<CapacityWait>]>([
  [
    { scope: 'zone', reason: 'permission' },
    { tried: ['us-east1-b'], refusals: { 'us-east1-b': 'for good' } },
  ],
  [
    { scope: 'region', reason: 'invalid-machine' },
    { tried: ['us-east1'], refusals: { 'us-east1': 'for good' } },
  ],
  [ofGpus('4.0'), { tried: ['us-east1'], refusals: { 'us-east1': 'quota' } }],
  // No VM that ends gives back what there is none of: it was waited for, for a day.
  [ofGpus('0.0'), { tried: ['us-east1'], refusals: { 'us-east1': 'for good' } }],
  [{ scope: 'region', reason: 'no-capacity' }, { tried: ['us-east1'] }],
  [
    { scope: 'project', reason: 'quota' },
    { tried: ['project'], refusals: { project: 'quota' } },
  ],
  [{ scope: 'zone', reason: 'lost' }, { tried: ['us-east1-b'] }],
])('a refusal of %j', (failure, after) => {
  const refusal = refusalOf({ ...aFailure, ...failure });
  expect(afterRefusal({}, 'us-east1-b', refusal, msAt(60))).toEqual(wait({ since: at(60), ...after }));
});

test('refusals of earlier zones stay', () => {
  const capacity = wait({ since: at(0), tried: ['eu-west1'], refusals: { 'eu-west1': 'quota' } });
  expect(afterRefusal({ capacity }, 'us-east1-b', { scope: 'region', lasts: 'quota' }, msAt(60))).toEqual({
    ...capacity,
    ...{ tried: ['eu-west1', 'us-east1'], refusals: { 'eu-west1': 'quota', 'us-east1': 'quota' } },
  });
});

test.each([
  [0, 60],
  [1, 120],
  [2, 240],
  [3, 300],
  [4, 300],
  [2000, 300],
])('all zones stocked out, after %i rounds: a pause of %i s, then all of them again', (rounds, pauseSeconds) => {
  const capacity = wait({ since: at(0), waitedSeconds: 5, tried: ['a', 'b'], rounds });
  expect(afterAllTried({ capacity }, msAt(30))).toEqual(
    wait({ since: at(0), waitedSeconds: 5, tried: [], rounds: rounds + 1, notBefore: at(30 + pauseSeconds) }),
  );
});

test.each<[what: string, tried: string[], refusals: CapacityWait['refusals'], isForQuota: boolean]>([
  ['a quota in every region', ['us-east1', 'eu-west1'], { 'us-east1': 'quota', 'eu-west1': 'quota' }, true],
  ['a quota here, a stock-out there', ['us-east1', 'eu-west1-a'], { 'us-east1': 'quota' }, false],
  ['a right', ['us-east1-b'], { 'us-east1-b': 'for good' }, false],
  ['a quota here, a right there', ['us-east1', 'eu-west1-a'], { 'us-east1': 'quota', 'eu-west1-a': 'for good' }, true],
  ["the project's, whatever one zone lacked before", ['us-east1-b', 'project'], { project: 'quota' }, true],
  ['nothing was tried', [], undefined, false],
])('all zones refused, the pause is for quota: %s', (_what, tried, refusals, isForQuota) => {
  const capacity = wait({ since: at(0), tried, ...(refusals && { refusals }), isForQuota: true });
  expect(afterAllTried({ capacity }, msAt(30))).toEqual(
    wait({ since: at(0), rounds: 1, notBefore: at(90), ...(isForQuota && { isForQuota: true }) }),
  );
});

test.each<[what: string, before: CapacityWait | undefined, waitedSeconds: number]>([
  ['no wait before', undefined, 0],
  ['earlier waits', wait({ waitedSeconds: 7 }), 7],
])('all zones stocked out at once: the wait begins now, with %s', (_what, capacity, waitedSeconds) => {
  expect(afterAllTried({ capacity }, msAt(30))).toEqual(
    wait({ since: at(30), waitedSeconds, rounds: 1, notBefore: at(90) }),
  );
});

test.each<[what: string, before: CapacityWait | undefined, after: CapacityWait | undefined]>([
  ['there was no wait', undefined, undefined],
  ['the wait counts', wait({ since: at(0), tried: ['a'], rounds: 3, notBefore: at(9) }), wait({ waitedSeconds: 60.5 })],
  ['it counts beside earlier ones', wait({ since: at(0), waitedSeconds: 40 }), wait({ waitedSeconds: 100.5 })],
  ['there was one earlier, none now', wait({ waitedSeconds: 40 }), wait({ waitedSeconds: 40 })],
  ['the clock was set back', wait({ since: at(100), waitedSeconds: 40 }), wait({ waitedSeconds: 40 })],
])('there is a VM: %s', (_what, capacity, after) => {
  expect(afterPlacement({ capacity }, msAt(60.5))).toEqual(after);
});

test.each<[what: string, CapacityWait | undefined, boolean]>([
  ['no wait', undefined, false],
  ['no pause yet', wait({ since: at(0) }), false],
  ['the pause ends in a moment', wait({ notBefore: at(60.001) }), true],
  ['the pause ends now', wait({ notBefore: at(60) }), false],
  ['the pause is over', wait({ notBefore: at(59) }), false],
])('pausing: %s', (_what, capacity, isIt) => {
  expect(isPausing({ capacity }, msAt(60))).toBe(isIt);
});

test.each<[what: string, CapacityWait | undefined, boolean]>([
  ['no wait', undefined, false],
  ['earlier waits alone do not count while there is a VM', wait({ waitedSeconds: 9999 }), false],
  ['as long as the limit', wait({ since: at(0) }), false],
  ['longer', wait({ since: at(-0.001) }), true],
  ['with earlier waits, as long as the limit', wait({ since: at(10), waitedSeconds: 10 }), false],
  ['with earlier waits, longer', wait({ since: at(10), waitedSeconds: 10.5 }), true],
  ['with the clock set back since', wait({ since: at(3700), waitedSeconds: 3600 }), false],
  ['with the clock set back since, and earlier waits longer', wait({ since: at(3700), waitedSeconds: 3601 }), true],
])('a queue limit of one hour, an hour later: %s', (_what, capacity, isTooLong) => {
  expect(hasWaitedTooLong({ capacity }, 3600, msAt(3600))).toBe(isTooLong);
});
