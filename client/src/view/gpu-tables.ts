// Accelerators and the machine types that come with them, as two tables.
import {
  attachesToN1,
  gpuMemoryGb,
  type IncludedGpus,
  type OfferedMachineType,
  type OfferedAccelerator,
} from '@mymlops/protocol';
import { table } from './table';

export interface ShownOffers {
  accelerators: readonly OfferedAccelerator[];
  machineTypes: readonly OfferedMachineType[];
}

/** Text for a terminal; each table ends with a line break. */
export function gpuTables({ accelerators, machineTypes }: ShownOffers): string {
  const types = table(
    ['ACCELERATOR', 'MEMORY', 'AT MOST', 'ZONES'],
    accelerators.map(({ type, most, zones }) => [type, gbText(gpuMemoryGb(type)), String(most), shortZones(zones)]),
  );
  const ofN1 = accelerators.map(({ type }) => type).filter(attachesToN1);
  const parts = [types, ...(machineTypes.length > 0 ? [machineTable(machineTypes)] : [])];
  if (ofN1.length > 0) {
    parts.push(`Attached to any machine type of the series N1, such as n1-standard-8: ${ofN1.join(', ')}\n`);
  }
  return parts.join('\n');
}

function machineTable(machineTypes: readonly OfferedMachineType[]): string {
  return table(
    ['MACHINE TYPE', 'GPUS', 'CPUS', 'MEMORY', 'GPU MEMORY', 'ZONES'],
    machineTypes
      .toSorted(bySize)
      .map(({ name, gpus, vcpus, memoryMb, zones }) => [
        name,
        gpus.map(({ type, count }) => `${count} ${type}`).join(', '),
        String(vcpus),
        gbText(memoryMb / 1024),
        gbText(memoryOf(gpus)),
        shortZones(zones),
      ]),
  );
}

/** `g2-standard-4` before `g2-standard-12`. */
const bySize = (one: OfferedMachineType, other: OfferedMachineType): number =>
  one.name.localeCompare(other.name, 'en', { numeric: true });

/** GB of all GPUs together; undefined where one is not known. */
export function memoryOf(gpus: readonly IncludedGpus[]): number | undefined {
  return gpus.reduce<number | undefined>((sum, { type, count }) => {
    const gb = gpuMemoryGb(type);
    return sum === undefined || gb === undefined ? undefined : sum + gb * count;
  }, 0);
}

const gbText = (gb: number | undefined): string => (gb === undefined ? '-' : `${Math.round(gb)} GB`);

/** `europe-west4-a`, `europe-west4-b` and `us-east1-d` are `europe-west4-a,b us-east1-d`. */
function shortZones(zones: readonly string[]): string {
  const regions = new Map<string, string[]>();
  for (const zone of zones) {
    const dash = zone.lastIndexOf('-');
    const region = zone.slice(0, dash);
    regions.set(region, [...(regions.get(region) ?? []), zone.slice(dash + 1)]);
  }
  return [...regions].map(([region, letters]) => `${region}-${letters.join(',')}`).join(' ');
}
