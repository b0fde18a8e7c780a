// Compute Engine behind the Compute port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Compute } from '../ports/compute';
import type { ComputeCatalog } from '../ports/compute-catalog';
import type { ComputeView } from '../ports/compute-view';
import { hasBootSource } from './compute/boot-sources';
import { catalogOf } from './compute/catalog';
import { openCalls } from './compute/clients';
import { listAccelerators, listMachineTypesWithGpus, machineFactsOf } from './compute/gpu-lists';
import { imagesOf } from './compute/images';
import { lifecycleOf } from './compute/lifecycle';
import { metadataOf } from './compute/metadata';
import { awaiterOf } from './compute/operations';
import { powerOf } from './compute/power';
import { readQuotas } from './compute/quotas';
import { viewOf } from './compute/view';
import { createOffers, rememberingZones, type Catalog } from './compute/offers';

/** For who may look, and change nothing. */
export function openComputeView(names: Names, local: () => Endpoints | undefined): ComputeView {
  const compute = openCalls(names, local);
  return viewOf(compute, names, zonesIn(rememberingZones(catalogOf(compute), Date.now)));
}

/** For who may look at what Google offers. Calls nothing. */
export function openComputeCatalog(names: Names, local: () => Endpoints | undefined): ComputeCatalog {
  const compute = openCalls(names, local);
  const { project } = compute;
  const catalog = rememberingZones(catalogOf(compute), Date.now);
  return {
    zones: zonesIn(catalog),
    acceleratorTypes: () => listAccelerators(compute),
    machineTypesWithGpus: () => listMachineTypesWithGpus(compute),
    offers: createOffers(catalog, Date.now),
    async machineType(zone, name) {
      const found = await compute.find('machineTypes.get', ({ machineTypes }) =>
        machineTypes.get({ project, zone, machineType: name }),
      );
      return found && machineFactsOf(found[0]);
    },
    hasBootSource: (path) => hasBootSource(compute, path),
    quotas: () => readQuotas(compute),
  };
}

export function openCompute(names: Names, local: () => Endpoints | undefined): Compute {
  const compute = openCalls(names, local);
  const awaitOperation = awaiterOf(compute);
  const catalog = rememberingZones(catalogOf(compute), Date.now);
  return {
    ...viewOf(compute, names, zonesIn(catalog)),
    ...lifecycleOf(compute),
    ...powerOf(compute),
    ...imagesOf(compute),
    ...metadataOf(compute, awaitOperation),
    offers: createOffers(catalog, Date.now),
    awaitOperation,
  };
}

const zonesIn = (catalog: Catalog) => async (): Promise<string[]> => (await catalog.zones()).map(({ name }) => name);
