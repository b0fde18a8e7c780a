// Where the next attempt goes. Pure.
import type { CommitRequest, RunState } from '@mymlops/protocol';
import { attemptsWithVm, newestAttempt } from '../run/attempts';

/** Where a machine is to be had at all. */
export interface Offers {
  /** Zones that are up. */
  zones: string[];
  /** Those of them that offer the machine type with the accelerator. */
  offering: string[];
}

/** `zones`: at least one. */
export type Choice = { zones: [string, ...string[]] } | { dry: true } | { refused: { code: string; message: string } };

/** What speaks for and against a zone, beside the run's own history. */
export interface ZoneFacts {
  /** Any run met a stock-out there lately. */
  isCold(zone: string): boolean;
  /** VMs that other runs of the deployment have there. */
  liveIn(zone: string): number;
}

/** Spot attempts that had a VM, after which `spot_then_standard` takes no more chances. */
const SPOT_CHANCES = 2;

/** The zones that this run has not found dry in its present round; `dry` where there is none left. */
export function choose(state: RunState, request: CommitRequest, offers: Offers): Choice {
  const candidates = offers.offering.filter(matcherOf(request));
  if (candidates.length === 0) return { refused: { code: 'notFound', message: whyNone(request, offers) } };
  const untried = candidates.filter((zone) => !state.capacity?.tried.includes(zone));
  const [first, ...others] = untried;
  return first === undefined ? { dry: true } : { zones: [first, ...others] };
}

/**
 * The best of `zones`: one that answers; that Compute Engine itself named; that was not dry lately; where the last attempt
 * did not come to grief; where the fewest of the deployment's VMs are. Preemptions and outages come in waves that take a zone: what is
 * spread is not lost, nor started again, all at once. Prices play no part: they are not known here, and none is invented.
 */
export function bestOf(zones: readonly [string, ...string[]], state: RunState, { isCold, liveIn }: ZoneFacts): string {
  const last = newestAttempt(state);
  const hinted = last?.insert?.failure?.zonesAvailable ?? [];
  // Where an earlier VM cannot be proven gone, the zone does not answer.
  const silent = new Set(
    Object.values(state.attempts).flatMap(({ goneAt, decided }) => (goneAt ? [] : [decided.zone])),
  );
  const rank = (zone: string): number[] => [
    silent.has(zone) ? 1 : 0,
    hinted.includes(zone) ? hinted.indexOf(zone) : hinted.length,
    isCold(zone) ? 1 : 0,
    zone === last?.decided.zone ? 1 : 0,
    liveIn(zone),
  ];
  const isBetter = (a: string, b: string): boolean => (compareRanks(rank(a), rank(b)) || (a < b ? -1 : 1)) < 0;
  return zones.reduce((best, zone) => (isBetter(zone, best) ? zone : best));
}

/** `spot_then_standard`: two interruptions of spot VMs are enough. */
export function chooseProvisioning(request: CommitRequest, state: RunState): 'spot' | 'standard' {
  const wished = request.instance.provisioning;
  if (wished !== 'spot_then_standard') return wished;
  const spot = attemptsWithVm(state).filter(({ decided }) => decided.provisioning === 'spot');
  return spot.length < SPOT_CHANCES ? 'spot' : 'standard';
}

/** Anchored at the start, as in the predecessor. */
function matcherOf({ instance }: CommitRequest): (zone: string) => boolean {
  const pattern = new RegExp(instance.zoneRegex === undefined ? '' : `^(?:${instance.zoneRegex})`);
  return (zone) => pattern.test(zone);
}

function whyNone({ instance }: CommitRequest, { zones, offering }: Offers): string {
  const machine = instance.machineType ?? 'the machine type';
  if (zones.length === 0) return 'no zone is up';
  if (offering.length === 0) return `no zone offers ${machine}`;
  const named = offering.toSorted().slice(0, 10).join(', ');
  return `no zone that offers ${machine} matches zone_regex ${instance.zoneRegex}; there are ${named}`;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
