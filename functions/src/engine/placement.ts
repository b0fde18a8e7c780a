// Where the next attempt goes. Pure.
import type { CommitRequest, RunState } from '@mymlops/protocol';
import { attemptsWithVm, newestAttempt } from './attempts';

/** Where a machine is to be had at all. */
export interface Offers {
  /** Zones that are up. */
  zones: string[];
  /** Those of them that offer the machine type with the accelerator. */
  offering: string[];
}

export type Placement = { zone: string } | { dry: true } | { refused: { code: string; message: string } };

/** Spot attempts that had a VM, after which `spot_then_standard` takes no more chances. */
const SPOT_CHANCES = 2;

/**
 * The best zone that this run has not found dry in its present round; `dry` where there is none left. `isCold`: any run
 * met a stock-out there lately.
 */
export function place(
  state: RunState,
  request: CommitRequest,
  offers: Offers,
  isCold: (zone: string) => boolean,
): Placement {
  const candidates = offers.offering.filter(matcherOf(request));
  if (candidates.length === 0) return { refused: { code: 'notFound', message: whyNone(request, offers) } };
  const untried = candidates.filter((zone) => !state.capacity?.tried.includes(zone));
  const last = newestAttempt(state);
  const hinted = last?.insert?.failure?.zonesAvailable ?? [];
  // Zones that Compute Engine itself names come first, in its order; where the last attempt came to grief, last.
  const rank = (zone: string): number[] => [
    hinted.includes(zone) ? hinted.indexOf(zone) : hinted.length,
    isCold(zone) ? 1 : 0,
    zone === last?.decided.zone ? 1 : 0,
  ];
  const [zone] = untried.toSorted((a, b) => compareRanks(rank(a), rank(b)) || (a < b ? -1 : 1));
  return zone === undefined ? { dry: true } : { zone };
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
