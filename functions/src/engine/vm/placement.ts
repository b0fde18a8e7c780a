// Where the next VM goes. Pure.
import type { MachineSpec, VmRecord } from '@mymlops/protocol';
import { hasExisted, insertOf } from './record';

/** The needs and the history that decide where a VM goes. */
export interface Placing {
  machine: MachineSpec;
  /** VMs that its owner had before, oldest first. */
  earlier: readonly VmRecord[];
  /** Zones that were stocked out in the present round. */
  tried: readonly string[];
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

/** `zones`: at least one. */
export type Choice =
  { zones: [string, ...string[]] } | { stockedOut: true } | { refused: { code: string; message: string } };

/** Facts for and against a zone, beside the owner's own history. */
export interface ZoneFacts {
  /** Anyone met a stock-out there lately. */
  isStockedOut(zone: string): boolean;
  /** VMs that others of the deployment have there. */
  liveIn(zone: string): number;
}

/** Spot VMs that existed, after which `spot_then_standard` takes no more chances. */
const SPOT_CHANCES = 2;

/** The zones that were not tried in the present round; `stockedOut` if none is left, or the only ones are away. */
export function choose({ machine, tried }: Placing, offers: Offers): Choice {
  const isMatch = matcherOf(machine);
  const candidates = offers.offering.filter(isMatch);
  if (candidates.length === 0 && offers.away.some(isMatch)) return { stockedOut: true };
  if (candidates.length === 0) return { refused: { code: 'notFound', message: whyNone(machine, offers) } };
  const [first, ...others] = candidates.filter((zone) => !tried.includes(zone));
  return first === undefined ? { stockedOut: true } : { zones: [first, ...others] };
}

/**
 * The best of `zones`: one that answers; that Compute Engine itself named; that was not stocked out lately; where the last VM
 * did not come to grief; where the fewest of the deployment's VMs are. Preemptions and outages come in waves that take a
 * zone: VMs that are spread are not lost, nor started again, all at once. Prices play no part: they are not known here, and
 * none is invented.
 */
export function bestOf(
  zones: readonly [string, ...string[]],
  { earlier }: Pick<Placing, 'earlier'>,
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
    zone === last?.zone ? 1 : 0,
    liveIn(zone),
  ];
  const isBetter = (a: string, b: string): boolean => (compareRanks(rank(a), rank(b)) || (a < b ? -1 : 1)) < 0;
  return zones.reduce((best, zone) => (isBetter(zone, best) ? zone : best));
}

/** `spot_then_standard`: two spot VMs that existed are enough. */
export function chooseProvisioning({ machine, earlier }: Pick<Placing, 'machine' | 'earlier'>): 'spot' | 'standard' {
  if (machine.provisioning !== 'spot_then_standard') return machine.provisioning;
  const spot = earlier.filter((vm) => hasExisted(vm) && vm.provisioning === 'spot');
  return spot.length < SPOT_CHANCES ? 'spot' : 'standard';
}

/** Anchored at the start, as in the predecessor. */
function matcherOf({ zoneRegex }: MachineSpec): (zone: string) => boolean {
  const pattern = new RegExp(zoneRegex === undefined ? '' : `^(?:${zoneRegex})`);
  return (zone) => pattern.test(zone);
}

function whyNone({ machineType = 'the machine type', zoneRegex }: MachineSpec, { zones, offering }: Offers): string {
  if (zones.length === 0) return 'no zone is up';
  if (offering.length === 0) return `no zone offers ${machineType}`;
  const named = offering.toSorted().slice(0, 10).join(', ');
  return `no zone that offers ${machineType} matches zone_regex ${zoneRegex}; there are ${named}`;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
