// Where the next VM goes, and whether it is a spot VM.
import type { MachineSpec, VmFailure, VmRecord } from '@mymlops/protocol';
import { bestOf, choose, chooseProvisioning, type Choice } from '../../../functions/src/engine/vm/placement';
import { at, aVm } from '../../fakes/builders';

const spec = (overrides: Partial<MachineSpec> = {}): MachineSpec => ({ provisioning: 'spot', ...overrides });
const ZONES = ['us-a', 'us-b', 'eu-a'];
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
  const offers = { zones: ZONES, offering: ZONES, away: [] };
  expect(choose({ machine: spec(overrides), earlier: [], tried }, offers)).toEqual(choice);
});

test.each<[what: string, spec: Partial<MachineSpec>, zones: string[], offering: string[], message: string]>([
  ['no zone is up', {}, [], [], 'no zone is up'],
  ['no zone offers the machine type', { machineType: 'a4', zoneRegex: 'us' }, ZONES, [], 'no zone offers a4'],
  ["no zone offers the deployment's machine type", {}, ZONES, [], 'no zone offers the machine type'],
  [
    'no zone matches, and many offer it: ten are named',
    { machineType: 'e2', zoneRegex: 'x' },
    ZONES,
    'kjihgfedcba'.split('').map((letter) => `z-${letter}`),
    'no zone that offers e2 matches zone_regex x; there are z-a, z-b, z-c, z-d, z-e, z-f, z-g, z-h, z-i, z-j',
  ],
])('refused: %s', (_what, overrides, zones, offering, message) => {
  const offers = { zones, offering, away: [] };
  expect(choose({ machine: spec(overrides), earlier: [], tried: [] }, offers)).toEqual(refused(message));
});

test.each<[what: string, zoneRegex: string, offering: string[], away: string[], choice: Choice]>([
  ['the only zone of the pattern is away: it is waited for', 'us-a', ['us-b', 'eu-a'], ['us-a'], { stockedOut: true }],
  ['every zone is away', '', [], ['us-a', 'us-b'], { stockedOut: true }],
  ['another one offers it', 'us-', ['us-b', 'eu-a'], ['us-a'], { zones: ['us-b'] }],
  [
    'the zone that is away is none of the pattern',
    'asia-',
    ['eu-a'],
    ['us-a'],
    refused('no zone that offers e2 matches zone_regex asia-; there are eu-a'),
  ],
])('zones that are away: %s', (_what, zoneRegex, offering, away, choice) => {
  const placing = { machine: spec({ zoneRegex, machineType: 'e2' }), earlier: [], tried: [] };
  expect(choose(placing, { zones: ZONES, offering, away })).toEqual(choice);
});

const failed = (...zonesAvailable: string[]): VmFailure => ({
  ...{ reason: 'no-capacity', code: 'c', message: '', scope: 'zone' },
  ...(zonesAvailable.length > 0 && { zonesAvailable }),
});
/** An earlier VM in `zone` that is gone; its insert failed with these hints, if any. */
const was = (zone: string, failure?: VmFailure): VmRecord =>
  aVm({ zone, goneAt: at(60), start: { settledAt: at(30), ...(failure && { failure }) } });
const silentIn = (zone: string): VmRecord => aVm({ zone, start: { settledAt: at(30) } });

interface Facts {
  earlier?: VmRecord[];
  stockedOut?: string[];
  live?: Record<string, number>;
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
  ['rather where the last VM was than a silent one', ['a', 'b'], { earlier: [silentIn('a'), was('b')] }, 'b'],
])('the best zone: %s', (_what, zones, { earlier = [], stockedOut = [], live = {} }, best) => {
  const facts = {
    isStockedOut: (zone: string) => stockedOut.includes(zone),
    liveIn: (zone: string) => live[zone] ?? 0,
  };
  expect(bestOf(zones, { earlier }, facts)).toBe(best);
});

const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const existed = (provisioning: 'spot' | 'standard' = 'spot') => aVm({ provisioning, start: { settledAt: at(30) } });
const neverWas = aVm({ start: { settledAt: at(30), failure: failed() } });
const reported = aVm({ start: { operation: 'op' }, period: { reports: REPORTS } });

test.each<[MachineSpec['provisioning'], what: string, earlier: VmRecord[], 'spot' | 'standard']>([
  ['spot', 'after two spot VMs', [existed(), existed()], 'spot'],
  ['standard', 'at first', [], 'standard'],
  ['spot_then_standard', 'at first', [], 'spot'],
  ['spot_then_standard', 'after one spot VM', [existed()], 'spot'],
  ['spot_then_standard', 'after one, and two that there never were', [existed(), neverWas, neverWas], 'spot'],
  ['spot_then_standard', 'after one, and one that is undecided', [existed(), aVm()], 'spot'],
  ['spot_then_standard', 'after two spot VMs', [existed(), neverWas, existed()], 'standard'],
  ['spot_then_standard', 'after one, and one that only its report tells of', [existed(), reported], 'standard'],
  ['spot_then_standard', 'after one spot and one standard VM', [existed(), existed('standard')], 'spot'],
  ['spot_then_standard', 'after three', [existed(), existed(), existed()], 'standard'],
])('%s, %s', (provisioning, _what, earlier, chosen) => {
  expect(chooseProvisioning({ machine: spec({ provisioning }), earlier })).toBe(chosen);
});
