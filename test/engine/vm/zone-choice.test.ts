// Where the next VM goes.
import type { MachineSpec, VmFailure, VmRecord } from '@mymlops/protocol';
import { bestOf, choose, type Choice, type Placing, type Offers } from '../../../functions/src/engine/vm/zone-choice';
import { at, aVm } from '../../fakes/builders';

const spec = (overrides: Partial<MachineSpec> = {}): MachineSpec => ({ provisioning: 'spot', ...overrides });
const ZONES = ['us-a', 'us-b', 'eu-a'];
const having = (...zones: string[]): Offers => ({ zones, offering: zones, away: [] });
const offered = having(...ZONES);
const failed = (...zonesAvailable: string[]): VmFailure => ({
  ...{ reason: 'no-capacity', code: 'c', message: '', scope: 'zone' },
  ...(zonesAvailable.length > 0 && { zonesAvailable }),
});
/** An earlier VM in `zone` that is gone; its insert failed with these hints, if any. */
const was = (zone: string, failure?: VmFailure): VmRecord =>
  aVm({ zone, goneAt: at(60), start: { settledAt: at(30), ...(failure && { failure }) } });
const refused = (message: string): Choice => ({ refused: { code: 'notFound', message } });

test.each<[what: string, spec: Partial<MachineSpec>, tried: string[], choice: Choice]>([
  ['any zone', {}, [], { zones: ['us-a', 'us-b', 'eu-a'] }],
  ['zones that were tried are left out', {}, ['us-a', 'asia-a'], { zones: ['us-b', 'eu-a'] }],
  ['one is left', {}, ['us-a', 'eu-a'], { zones: ['us-b'] }],
  ['all were tried', {}, ['eu-a', 'us-a', 'us-b'], { stockedOut: true }],
  ['a pattern matches the beginning', { zoneRegex: 'us-' }, [], { zones: ['us-a', 'us-b'] }],
  ['a pattern for the end', { zoneRegex: '.*-a$' }, [], { zones: ['us-a', 'eu-a'] }],
  ['each side of an alternative is anchored', { zoneRegex: 'eu|s' }, [], { zones: ['eu-a'] }],
  ['an empty pattern matches all', { zoneRegex: '' }, [], { zones: ['us-a', 'us-b', 'eu-a'] }],
  ['all that match were tried', { zoneRegex: 'us-' }, ['us-a', 'us-b'], { stockedOut: true }],
  [
    'none matches, whatever was tried',
    { zoneRegex: 'a', machineType: 'n1-standard-4' },
    ['us-a'],
    refused('no zone that offers n1-standard-4 matches zone_regex a; there are eu-a, us-a, us-b'),
  ],
  [
    "none matches, for the deployment's machine type",
    { zoneRegex: 'asia' },
    [],
    refused('no zone that offers the machine type matches zone_regex asia; there are eu-a, us-a, us-b'),
  ],
])('the zones to choose from: %s', (_what, overrides, tried, choice) => {
  expect(choose({ machine: spec(overrides), earlier: [], capacity: { tried } }, offered)).toEqual(choice);
});

const EVERYWHERE = ['us-east1-b', 'us-east1-c', 'eu-west1-a'];
const everywhere = having(...EVERYWHERE);

test.each<[what: string, where: Partial<Placing>, spec: Partial<MachineSpec>, choice: Choice]>([
  ['its own region alone, where nothing is named', { region: 'eu-west1' }, {}, { zones: ['eu-west1-a'] }],
  ['all that zone_regex names', { region: 'eu-west1' }, { zoneRegex: '.*' }, { zones: EVERYWHERE as [string] }],
  [
    'its own region does not offer the machine type',
    { region: 'asia-east1' },
    { machineType: 'a2-highgpu-1g' },
    refused(
      'no zone of the region asia-east1 offers a2-highgpu-1g; set zone_regex to others: there are eu-west1-a, us-east1-b, us-east1-c',
    ),
  ],
  ['regions that have a subnetwork', { regions: ['us-east1'] }, {}, { zones: ['us-east1-b', 'us-east1-c'] }],
  [
    'no region with a subnetwork offers the machine type',
    { regions: ['asia-east1', 'asia-east2'] },
    { machineType: 'e2' },
    refused('no region that offers e2 has a subnetwork; there are subnetworks in asia-east1, asia-east2'),
  ],
  [
    'a region refused as a whole: none of its zones',
    { capacity: { tried: ['us-east1'] } },
    {},
    { zones: ['eu-west1-a'] },
  ],
])('the zones to choose from: %s', (_what, where, overrides, choice) => {
  expect(choose({ machine: spec(overrides), earlier: [], ...where }, everywhere)).toEqual(choice);
});

describe('every zone refused', () => {
  const quota: VmFailure = { reason: 'quota', code: 'QUOTA_EXCEEDED', message: 'CPUS', scope: 'region' };
  const earlier = [was('us-east1-b', quota), was('eu-west1-a', { ...quota, message: 'GPUS' })];
  const both = { 'us-east1': 'quota', 'eu-west1': 'quota' } as const;

  test('for reasons that last: the last of them is the end', () => {
    const capacity = { tried: ['us-east1', 'eu-west1'], refusals: both };
    const exhausted: Choice = { exhausted: { ...quota, message: 'GPUS', scope: 'all' } };
    expect(choose({ machine: spec(), earlier, capacity }, everywhere)).toEqual(exhausted);
    // A later attempt that was not refused does not count.
    const later = [...earlier, was('asia-east1-a')];
    expect(choose({ machine: spec(), earlier: later, capacity }, everywhere)).toEqual(exhausted);
  });

  test.each([
    ['first', [0, 1]],
    ['last', [1, 0]],
  ] as const)('one by a quota that comes back, asked %s: that is the failure to wait for', (_what, order) => {
    const policy: VmFailure = { reason: 'permission', code: 'conditionNotMet', message: 'p', scope: 'zone' };
    const refusedBoth = [was('us-east1-b', quota), was('eu-west1-a', policy)];
    const capacity = { tried: ['us-east1', 'eu-west1-a'], refusals: { 'us-east1': 'quota', 'eu-west1-a': 'for good' } };
    expect(
      choose(
        { machine: spec(), earlier: order.map((at) => refusedBoth[at] ?? was('none')), capacity } as Placing,
        everywhere,
      ),
    ).toEqual({ exhausted: { ...quota, scope: 'all' } });
  });

  test('one of them for want of capacity, which may come back', () => {
    const capacity = { tried: ['us-east1', 'eu-west1-a'], refusals: { 'us-east1': 'quota' as const } };
    expect(choose({ machine: spec(), earlier, capacity }, everywhere)).toEqual({ stockedOut: true });
  });

  test('in zones that this run may not use', () => {
    const capacity = { tried: ['us-east1', 'eu-west1-a'], refusals: { 'us-east1': 'quota' as const } };
    expect(choose({ machine: spec({ zoneRegex: 'us' }), earlier: earlier.slice(0, 1), capacity }, everywhere)).toEqual({
      exhausted: { ...quota, scope: 'all' },
    });
  });
});

test.each<[what: string, spec: Partial<MachineSpec>, offering: string[], message: string]>([
  ['no zone offers the machine type', { machineType: 'a4', zoneRegex: 'us' }, [], 'no zone offers a4'],
  ["no zone offers the deployment's machine type", {}, [], 'no zone offers the machine type'],
  [
    'no zone matches, and many offer it: ten are named',
    { machineType: 'e2', zoneRegex: 'x' },
    'kjihgfedcba'.split('').map((letter) => `z-${letter}`),
    'no zone that offers e2 matches zone_regex x; there are z-a, z-b, z-c, z-d, z-e, z-f, z-g, z-h, z-i, z-j',
  ],
])('refused: %s', (_what, overrides, offering, message) => {
  const offers = { zones: [...ZONES, ...offering], offering, away: [] };
  expect(choose({ machine: spec(overrides), earlier: [] }, offers)).toEqual(refused(message));
});

// A run does not end because the only zone that it allows is down.
test.each<[what: string, offers: Partial<Offers>, choice: Choice]>([
  ['the only one that matches is away', { offering: ['eu-a'], away: ['us-a'] }, { stockedOut: true }],
  ['one that matches is away, another is up', { offering: ['us-b'], away: ['us-a'] }, { zones: ['us-b'] }],
  ['one that does not match is away', { offering: ['us-b'], away: ['eu-a'] }, { zones: ['us-b'] }],
  [
    'none matches, and one that does not match is away',
    { offering: [], away: ['eu-a'] },
    refused('no zone offers the machine type'),
  ],
])('zones that are away: %s', (_what, offers, choice) => {
  const all: Offers = { zones: ZONES, offering: [], away: [], ...offers };
  expect(choose({ machine: spec({ zoneRegex: 'us' }), earlier: [] }, all)).toEqual(choice);
});

test('all that are there refused for good: the one that is away may have it', () => {
  const quota: VmFailure = { reason: 'quota', code: 'QUOTA_EXCEEDED', message: 'CPUS', scope: 'region' };
  const capacity = { tried: ['us-east1'], refusals: { 'us-east1': 'quota' as const } };
  const offers: Offers = { zones: EVERYWHERE, offering: ['us-east1-b', 'us-east1-c'], away: ['eu-west1-a'] };
  expect(choose({ machine: spec(), earlier: [was('us-east1-b', quota)], capacity }, offers)).toEqual({
    stockedOut: true,
  });
});

const silentIn = (zone: string): VmRecord => aVm({ zone, start: { settledAt: at(30) } });

interface Facts {
  earlier?: VmRecord[];
  stockedOut?: string[];
  live?: Record<string, number>;
  region?: string;
}

test.each<[what: string, zones: [string, ...string[]], facts: Facts, best: string]>([
  ['the only one, whatever speaks against it', ['a'], { earlier: [silentIn('a')], stockedOut: ['a'] }, 'a'],
  ['all are alike: the first by name', ['b', 'a', 'c'], {}, 'a'],
  ['the first by name, where it is first already', ['a', 'c', 'b'], {}, 'a'],
  ['the fewest VMs', ['a', 'b', 'c'], { live: { a: 2, b: 1, c: 2 } }, 'b'],
  ['the fewest VMs, in another order', ['c', 'b', 'a'], { live: { a: 2, b: 3, c: 1 } }, 'c'],
  ['not where the last VM was', ['a', 'b'], { earlier: [was('a')] }, 'b'],
  [
    'not where the last VM was, though more VMs are elsewhere',
    ['a', 'b'],
    { earlier: [was('a')], live: { b: 9 } },
    'b',
  ],
  ['where an earlier one was that was not the last', ['a', 'b'], { earlier: [was('a'), was('b')] }, 'a'],
  ['not a stocked-out zone', ['a', 'b'], { stockedOut: ['a'] }, 'b'],
  ['not a stocked-out zone, though more VMs are elsewhere', ['a', 'b'], { stockedOut: ['a'], live: { b: 9 } }, 'b'],
  ['rather where the last VM was than stocked out', ['a', 'b'], { stockedOut: ['a'], earlier: [was('b')] }, 'b'],
  ['a zone that Compute Engine named', ['a', 'b'], { earlier: [was('c', failed('b'))] }, 'b'],
  ['the first of those that it named', ['a', 'b', 'c'], { earlier: [was('d', failed('c', 'b'))] }, 'c'],
  ['the second, where the first is not to be had', ['a', 'b'], { earlier: [was('d', failed('c', 'b'))] }, 'b'],
  ['a named zone, though it is stocked out', ['a', 'b'], { earlier: [was('c', failed('b'))], stockedOut: ['b'] }, 'b'],
  ['a named zone, though the last VM was in it', ['a', 'b'], { earlier: [was('b', failed('b'))] }, 'b'],
  ['what it named for an earlier VM counts no more', ['a', 'b'], { earlier: [was('c', failed('b')), was('d')] }, 'a'],
  ['it named none', ['a', 'b'], { earlier: [was('c', failed())] }, 'a'],
  ['not a silent zone', ['a', 'b'], { earlier: [silentIn('a'), was('c')] }, 'b'],
  ['not a silent zone, though it is named', ['a', 'b'], { earlier: [silentIn('a'), was('c', failed('a'))] }, 'b'],
  [
    'rather a stocked-out one than a silent one',
    ['a', 'b'],
    { earlier: [silentIn('a'), was('c')], stockedOut: ['b'] },
    'b',
  ],
  ["the deployment's own region", ['a-1', 'b-1'], { region: 'b', live: { 'b-1': 9 } }, 'b-1'],
  ['its own region, though it had the last VM', ['a-1', 'b-1'], { region: 'b', earlier: [was('b-1')] }, 'b-1'],
  ['rather another region than stocked out', ['a-1', 'b-1'], { region: 'b', stockedOut: ['b-1'] }, 'a-1'],
  ['rather where the last VM was than a silent one', ['a', 'b'], { earlier: [silentIn('a'), was('b')] }, 'b'],
])('the best zone: %s', (_what, zones, { earlier = [], stockedOut = [], live = {}, region }, best) => {
  const facts = {
    isStockedOut: (zone: string) => stockedOut.includes(zone),
    liveIn: (zone: string) => live[zone] ?? 0,
  };
  expect(bestOf(zones, { earlier, ...(region !== undefined && { region }) }, facts)).toBe(best);
});
