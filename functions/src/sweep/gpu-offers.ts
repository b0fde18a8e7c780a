// The answer to `gpus`: what Compute Engine lists, by type. Kept below the size of a document.
import type { GpuOffers, MachineFacts } from '@mymlops/protocol';
import { regionOf } from '../engine/vm/regions';
import type { ComputeCatalog, InZone } from '../ports/compute-catalog';

/** A document holds a mebibyte; this leaves room for names of fields. https://cloud.google.com/firestore/quotas#collections_documents_and_fields */
const MAX_BYTES = 700_000;

/** Looks; changes nothing. Throws where a list fails as a whole. */
export async function readGpuOffers(catalog: ComputeCatalog, nowMs: number, maxBytes = MAX_BYTES): Promise<GpuOffers> {
  const [zones, accelerators, machineTypes] = await Promise.all([
    catalog.zones(),
    catalog.acceleratorTypes(),
    catalog.machineTypesWithGpus(),
  ]);
  const unlisted = [...accelerators.unlisted, ...machineTypes.unlisted];
  const offers: GpuOffers = {
    v: 1,
    at: new Date(nowMs).toISOString(),
    regions: sortedSet(zones.map(regionOf)),
    accelerators: byName(accelerators.found, ({ type }) => type).map(([type, items]) => ({
      type,
      most: Math.max(...items.map(({ most }) => most)),
      zones: zonesOf(items),
    })),
    machineTypes: byName(machineTypes.found, ({ name }) => name).map(([name, items]) => ({
      ...factsOf(name, items[0]),
      zones: zonesOf(items),
    })),
    unlisted: sortedSet(unlisted),
    omitted: 0,
  };
  return withinBytes(offers, maxBytes);
}

function factsOf(name: string, facts: MachineFacts | undefined): MachineFacts {
  const { vcpus = 0, memoryMb = 0, gpus = [] } = facts ?? {};
  return { name, vcpus, memoryMb, gpus };
}

/** Groups, sorted by their names. */
function byName<T>(items: readonly T[], nameOf: (item: T) => string): [name: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const zonesOf = (items: readonly InZone<object>[]): string[] => sortedSet(items.map(({ zone }) => zone));

const sortedSet = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();

/** Leaves out machine types from the end of the list: Compute Engine has a tenth of what would fill a document. */
function withinBytes(offers: GpuOffers, maxBytes: number): GpuOffers {
  const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
  let bytes = sizeOf({ ...offers, machineTypes: [] });
  const kept = offers.machineTypes.filter((type) => {
    bytes += sizeOf(type) + 1;
    return bytes <= maxBytes;
  });
  return { ...offers, machineTypes: kept, omitted: offers.machineTypes.length - kept.length };
}
