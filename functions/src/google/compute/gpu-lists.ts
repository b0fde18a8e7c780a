// The lists of accelerators, and of machine types that come with them, in all zones.
import type { MachineFacts } from '@mymlops/protocol';
import type { InZone, ZoneList } from '../../ports/compute-catalog';
import { gapOf, lastPart, type Warning } from './answers';
import type { ComputeCalls } from './clients';
import { AROUND, onlyWith } from './list-fields';
import { OF_ALL_ZONES } from './pages';

const ACCELERATOR_FIELDS = `${AROUND},items/*/acceleratorTypes(name,maximumCardsPerInstance)`;
const MACHINE_FIELDS = `${AROUND},items/*/machineTypes(name,guestCpus,memoryMb,accelerators)`;

/**
 * The series with GPUs, whose names Google begins so (https://cloud.google.com/compute/docs/gpus): the whole list has 90,000 items.
 * A regular expression over the whole name: https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList
 */
const WITH_GPUS = 'name eq "[ag][0-9].*"';

export interface RawMachineType {
  name?: string | null;
  guestCpus?: number | null;
  memoryMb?: number | null;
  accelerators?: { guestAcceleratorType?: string | null; guestAcceleratorCount?: number | null }[] | null;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes */
export const machineFactsOf = ({ name, guestCpus, memoryMb, accelerators }: RawMachineType): MachineFacts => ({
  name: name ?? '',
  vcpus: guestCpus ?? 0,
  memoryMb: memoryMb ?? 0,
  gpus: (accelerators ?? []).map(({ guestAcceleratorType: type, guestAcceleratorCount: count }) => ({
    type: lastPart(type),
    count: count ?? 0,
  })),
});

export async function listAccelerators(compute: ComputeCalls): Promise<ZoneList<{ type: string; most: number }>> {
  const ofAll = { ...OF_ALL_ZONES, project: compute.project };
  const what = 'acceleratorTypes.aggregatedList';
  const scopes = await compute.list(what, ({ acceleratorTypes }) =>
    acceleratorTypes.aggregatedListAsync(ofAll, onlyWith(ACCELERATOR_FIELDS)),
  );
  return inZones(what, scopes, ({ acceleratorTypes }) =>
    (acceleratorTypes ?? []).map(({ name, maximumCardsPerInstance: most }) => ({ type: name ?? '', most: most ?? 0 })),
  );
}

export async function listMachineTypesWithGpus(compute: ComputeCalls): Promise<ZoneList<MachineFacts>> {
  const ofAll = { ...OF_ALL_ZONES, project: compute.project, filter: WITH_GPUS };
  const what = 'machineTypes.aggregatedList';
  const scopes = await compute.list(what, ({ machineTypes }) =>
    machineTypes.aggregatedListAsync(ofAll, onlyWith(MACHINE_FIELDS)),
  );
  // The series G1 has none.
  return inZones(what, scopes, ({ machineTypes }) =>
    (machineTypes ?? []).map(machineFactsOf).filter(({ gpus }) => gpus.length > 0),
  );
}

function inZones<Contents extends { warning?: Warning | undefined }, T>(
  what: string,
  scopes: readonly [string, Contents][],
  read: (contents: Contents) => T[],
): ZoneList<T> {
  return {
    found: scopes.flatMap(([scope, contents]) =>
      read(contents).map((item): InZone<T> => ({ ...item, zone: lastPart(scope) })),
    ),
    unlisted: scopes.flatMap(([scope, { warning }]) => (gapOf(scope, what, warning).gap ? [lastPart(scope)] : [])),
  };
}
