// Compute Engine behind the Compute port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Compute } from '../ports/compute';
import { catalogOf } from './compute/catalog';
import { openCalls } from './compute/clients';
import { lifecycleOf } from './compute/lifecycle';
import { metadataOf } from './compute/metadata';
import { awaiterOf } from './compute/operations';
import { powerOf } from './compute/power';
import { viewOf } from './compute/view';
import { createOffers, rememberingZones } from './compute/offers';

export function openCompute(names: Names, local: () => Endpoints | undefined): Compute {
  const compute = openCalls(names, local);
  const awaitOperation = awaiterOf(compute);
  const catalog = rememberingZones(catalogOf(compute), Date.now);
  return {
    ...viewOf(compute, names, async () => (await catalog.zones()).map(({ name }) => name)),
    ...lifecycleOf(compute),
    ...powerOf(compute),
    ...metadataOf(compute, awaitOperation),
    offers: createOffers(catalog, Date.now),
    awaitOperation,
  };
}
