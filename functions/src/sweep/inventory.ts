// What the list of the cloud shows, by the run that it says to belong to.
import type { RunState, Suspect } from '@mymlops/protocol';
import { claimOf, type Claim, type Sighting as Labelled } from '../engine/vm/match';
import { isAtRest } from '../engine/run/settled';
import { isWanted } from '../engine/run/wanted';
import type { CloudDisk, CloudView } from '../ports';

export interface Sighting extends Labelled {
  kind: Suspect['kind'];
}

export interface Sightings {
  /** Sightings of a run, taken out: they are looked after once. */
  take(run: string): Sighting[];
  /** Of a taken one that its run does not explain. */
  giveBack(sighting: Sighting): void;
  /** Those that nobody took, and those given back. */
  rest(): Sighting[];
  /** Whether what is not shown of the zone is not there, as far as a list can tell. */
  isWhole(zone: string): boolean;
}

export const nameOf = ({ zone, name }: Pick<Sighting, 'zone' | 'name'>): string => `${zone}/${name}`;

/** A disk in use is left out: it goes with its VM, and never before. */
export function bySubject({ vms, disks, gaps }: Awaited<ReturnType<CloudView['list']>>): Sightings {
  const unlisted = new Set(gaps.map(({ zone }) => zone));
  const byRun = new Map<string, Sighting[]>();
  const returned: Sighting[] = [];
  const add = (sighting: Sighting): void => {
    const run = claimOf(sighting)?.run ?? '';
    const known = byRun.get(run);
    if (known) known.push(sighting);
    else byRun.set(run, [sighting]);
  };
  for (const { id, name, zone, labels, status } of vms) add({ kind: 'vm', id, name, zone, labels, status });
  for (const { id, name, zone, labels, inUse } of disks) {
    if (!inUse) add({ kind: 'disk', id, name, zone, labels });
  }
  return {
    take(run) {
      const found = byRun.get(run) ?? [];
      byRun.delete(run);
      return found;
    },
    giveBack: (sighting) => void returned.push(sighting),
    rest: () => [...[...byRun.values()].flat(), ...returned],
    isWhole: (zone) => !unlisted.has(zone),
  };
}

/** Disks in use by a VM that is not shown: somebody has taken our label off it, or put the disk into a VM of their own. */
export function takenOver({ vms, disks, gaps }: Awaited<ReturnType<CloudView['list']>>): CloudDisk[] {
  const shown = new Set(vms.map(nameOf));
  const unlisted = new Set(gaps.map(({ zone }) => zone));
  return disks.filter((disk) => disk.inUse && !shown.has(nameOf(disk)) && !unlisted.has(disk.zone));
}

/** `known`: advance sees to it. `unwanted`: our history says that it may go. `suspect`: nothing explains it. */
export type Standing = 'known' | 'unwanted' | 'suspect';

/** What history says of a VM or disk that claims to be an attempt's. `state` is undefined where there is no such run. */
export function standingOf(
  sighting: Pick<Sighting, 'name' | 'zone' | 'labels'>,
  state: RunState | undefined,
  { isRemoved, nowMs }: { isRemoved: boolean; nowMs: number },
): Standing {
  const claim: Claim | undefined = claimOf(sighting);
  if (!claim) return 'suspect';
  // A removed run wants no VM: one that comes after its end was asked for by an invocation that was frozen.
  if (!state) return isRemoved ? 'unwanted' : 'suspect';
  const attempt = state.attempts[claim.attempt];
  const { vm, zone } = attempt?.decided ?? {};
  // Name and zone were decided before anything was asked for: what carries the labels of an attempt elsewhere is a copy.
  if (vm !== sighting.name || zone !== sighting.zone) return 'unwanted';
  if (isWanted(state, claim.attempt, nowMs)) return 'known';
  // A live run's attempts are `advance`'s to delete, but for one that was proven gone and is there again.
  return attempt?.goneAt || isAtRest(state) ? 'unwanted' : 'known';
}
