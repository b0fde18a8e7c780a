// Compute Engine behind the Compute port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Compute } from '../ports/compute';
import type { ComputeView } from '../ports/compute-view';
import { catalogOf } from './compute/catalog';
import { openCalls } from './compute/clients';
import { lifecycleOf } from './compute/lifecycle';
import { metadataOf } from './compute/metadata';
import { awaiterOf } from './compute/operations';
import { powerOf } from './compute/power';
import { viewOf } from './compute/view';
import { createOffers, rememberingZones, type Catalog } from './compute/offers';

/** For who may look, and change nothing. */
export function openComputeView(names: Names, local: () => Endpoints | undefined): ComputeView {
  const compute = openCalls(names, local);
  return viewOf(compute, names, zonesIn(rememberingZones(catalogOf(compute), Date.now)));
}

export function openCompute(names: Names, local: () => Endpoints | undefined): Compute {
  const compute = openCalls(names, local);
  const awaitOperation = awaiterOf(compute);
  const catalog = rememberingZones(catalogOf(compute), Date.now);
  return {
    ...viewOf(compute, names, zonesIn(catalog)),
    ...lifecycleOf(compute),
    ...powerOf(compute),
    ...metadataOf(compute, awaitOperation),
    offers: createOffers(catalog, Date.now),
    awaitOperation,
  };
}

const zonesIn = (catalog: Catalog) => async (): Promise<string[]> => (await catalog.zones()).map(({ name }) => name);
