// Which zones a VM may go to, and which of them is tried first. Pure.
import type { CapacityWait, MachineSpec, VmFailure, VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';
import { mayComeBack } from './failure-lookup';
import { insertOf } from './record';
import { covers, regionOf } from './regions';

/** The needs and the history that decide where a VM goes. */
export interface Placing {
  machine: MachineSpec;
  /** VMs that its owner had before, oldest first. */
  earlier: readonly VmRecord[];
  /** The zones and regions that refused a VM in the present round. */
  capacity?: Pick<CapacityWait, 'tried' | 'refusals'>;
  /** The deployment's own region: the only one unless `zone_regex` names others, and then the first. Absent: any. */
  region?: string;
  /** Regions that have a subnetwork for VMs. Absent: all. */
  regions?: readonly string[];
}

/** The deployment's part of it. */
export function placesOf({
  region,
  subnetworks,
}: Pick<Settings, 'region' | 'subnetworks'>): Pick<Placing, 'region' | 'regions'> {
  const regions = Object.keys(subnetworks);
  return { ...(region !== undefined && { region }), ...(regions.length > 0 && { regions }) };
}

/** The zones in which a machine type is available at all. */
export interface Offers {
  /** Zones that are up. */
  zones: string[];
  /** Those of them that offer the machine type with the accelerator. */
  offering: string[];
  /** Zones that may offer it, and are down, or did not say what they offer. */
  away: string[];
}

export type Choice =
  /** At least one. */
  | { zones: [string, ...string[]] }
  /** Every zone refused in this round. At least one of them may have capacity later. */
  | { stockedOut: true }
  /** Every zone refused in this round, each for a reason that lasts: the last that may come back, else the last of all. */
  | { exhausted: VmFailure }
  /** There is no such zone. */
  | { refused: { code: string; message: string } };

/** Facts for and against a zone, beside the owner's own history. */
export interface ZoneFacts {
  /** Anyone met a stock-out there lately. */
  isStockedOut(zone: string): boolean;
  /** VMs that others of the deployment have there. */
  liveIn(zone: string): number;
}

/** The zones that did not refuse in the present round. */
export function choose(placing: Placing, { offering, away }: Offers): Choice {
  const { tried = [], refusals = {} } = placing.capacity ?? {};
  const isAllowed = matcherOf(placing);
  // A zone that is away may offer the machine type later.
  const candidates = [...offering, ...away].filter(isAllowed);
  if (candidates.length === 0) return { refused: { code: 'notFound', message: whyNone(placing, offering) } };
  const [first, ...others] = offering.filter((zone) => isAllowed(zone) && !covers(tried, zone));
  if (first !== undefined) return { zones: [first, ...others] };
  const lasting = Object.keys(refusals);
  const failures = placing.earlier.flatMap((vm) => {
    const { failure } = insertOf(vm);
    return failure && covers(lasting, vm.zone) ? [failure] : [];
  });
  // One quota that comes back is enough to have a VM again, in whichever order the zones were tried.
  const isForQuota = Object.values(refusals).includes('quota');
  const failure = (isForQuota ? failures.findLast(mayComeBack) : undefined) ?? failures.at(-1);
  const isExhausted = candidates.every((zone) => covers(lasting, zone));
  return isExhausted && failure ? { exhausted: { ...failure, scope: 'all' } } : { stockedOut: true };
}

/**
 * The best of `zones`: one that answers; that Compute Engine itself named; that was not stocked out lately; in the
 * deployment's own region, where its bucket is; where the last VM was not lost; where the fewest of the deployment's
 * VMs are. Preemptions and outages come in waves that take a
 * zone: VMs that are spread are not lost, nor started again, all at once. Prices play no part: they are not known here, and
 * none is invented.
 */
export function bestOf(
  zones: readonly [string, ...string[]],
  { earlier, region }: Pick<Placing, 'earlier' | 'region'>,
  { isStockedOut, liveIn }: ZoneFacts,
): string {
  const last = earlier.at(-1);
  const hinted = (last && insertOf(last).failure?.zonesAvailable) ?? [];
  // Where an earlier VM cannot be proven gone, the zone does not answer.
  const silent = new Set(earlier.flatMap(({ goneAt, zone }) => (goneAt ? [] : [zone])));
  const rank = (zone: string): number[] => [
    silent.has(zone) ? 1 : 0,
    hinted.includes(zone) ? hinted.indexOf(zone) : hinted.length,
    isStockedOut(zone) ? 1 : 0,
    region !== undefined && regionOf(zone) !== region ? 1 : 0,
    zone === last?.zone ? 1 : 0,
    liveIn(zone),
  ];
  const isBetter = (a: string, b: string): boolean => (compareRanks(rank(a), rank(b)) || (a < b ? -1 : 1)) < 0;
  return zones.reduce((best, zone) => (isBetter(zone, best) ? zone : best));
}

type Where = Pick<Placing, 'machine' | 'region' | 'regions'>;

/** Anchored at the start, as in the predecessor. */
function matcherOf({ machine: { zoneRegex }, region, regions }: Where): (zone: string) => boolean {
  const hasNetwork = (zone: string): boolean => regions === undefined || regions.includes(regionOf(zone));
  if (zoneRegex === undefined) return (zone) => (region === undefined || regionOf(zone) === region) && hasNetwork(zone);
  const pattern = new RegExp(`^(?:${zoneRegex})`);
  return (zone) => pattern.test(zone) && hasNetwork(zone);
}

function whyNone({ machine, region, regions }: Where, offering: readonly string[]): string {
  const { machineType = 'the machine type', zoneRegex } = machine;
  if (offering.length === 0) return `no zone offers ${machineType}`;
  if (regions !== undefined && !offering.some((zone) => regions.includes(regionOf(zone)))) {
    return `no region that offers ${machineType} has a subnetwork; there are subnetworks in ${regions.join(', ')}`;
  }
  const named = offering.toSorted().slice(0, 10).join(', ');
  if (zoneRegex !== undefined) {
    return `no zone that offers ${machineType} matches zone_regex ${zoneRegex}; there are ${named}`;
  }
  return `no zone of the region ${region} offers ${machineType}; set zone_regex to others: there are ${named}`;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
