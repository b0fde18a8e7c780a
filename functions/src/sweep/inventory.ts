// The VMs and disks that the cloud lists, by the document that each names as its owner.
import type { Kind } from '../engine/kind';
import type { FoundResource } from '../engine/orphans';
import type { ShownVm } from '../engine/vm/match';
import { namedOwner } from '../control/ownership';
import type { CloudDisk, ComputeView } from '../ports/compute-view';

export type ListedResource = ShownVm & FoundResource;

export interface Inventory {
  /** The resources that name this document, taken out, so that they are looked after once. */
  take(kind: Kind, id: string): ListedResource[];
  /** Those that nobody took. */
  unclaimed(): ListedResource[];
  /** Whether the list of the zone is complete, so that a resource that it does not show is probably gone. */
  isWhole(zone: string): boolean;
}

export const nameOf = ({ zone, name }: { zone: string; name: string }): string => `${zone}/${name}`;

type List = Awaited<ReturnType<ComputeView['list']>>;

/** A disk in use is left out: it goes with its VM, and never before. */
export function groupByOwner({ vms, disks, gaps }: List, kinds: readonly Kind[]): Inventory {
  const unlisted = new Set(gaps.map(({ zone }) => zone));
  const byOwner = new Map<string, ListedResource[]>();
  const add = (resource: ListedResource): void => {
    const named = namedOwner(resource, kinds);
    const key = named ? keyOf(named.kind, named.owner.id) : '';
    const known = byOwner.get(key);
    if (known) known.push(resource);
    else byOwner.set(key, [resource]);
  };
  for (const { id, name, zone, labels, status, lastStartAt, terminationAction } of vms) {
    add({ resource: 'vm', id, name, zone, labels, status, lastStartAt, terminationAction });
  }
  for (const { id, name, zone, labels, inUse } of disks) {
    if (!inUse) add({ resource: 'disk', id, name, zone, labels });
  }
  return {
    take(kind, id) {
      const key = keyOf(kind, id);
      const found = byOwner.get(key) ?? [];
      byOwner.delete(key);
      return found;
    },
    unclaimed: () => [...byOwner.values()].flat(),
    isWhole: (zone) => !unlisted.has(zone),
  };
}

const keyOf = ({ name }: Kind, id: string): string => `${name} ${id}`;

/** Disks in use by a VM that is not shown: somebody has taken our label off it, or put the disk into a VM of their own. */
export function takenOver({ vms, disks, gaps }: List): CloudDisk[] {
  const shown = new Set(vms.map(nameOf));
  const unlisted = new Set(gaps.map(({ zone }) => zone));
  return disks.filter((disk) => disk.inUse && !shown.has(nameOf(disk)) && !unlisted.has(disk.zone));
}
