// Compute Engine behind the Cloud port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Cloud } from '../ports';
import { catalogOf } from './compute/catalog';
import { openCompute } from './compute/clients';
import { lifecycleOf } from './compute/lifecycle';
import { metadataOf } from './compute/metadata';
import { awaiterOf } from './compute/operations';
import { powerOf } from './compute/power';
import { viewOf } from './compute/view';
import { createOffers } from './compute/offers';

export function openCloud(names: Names, local: () => Endpoints | undefined): Cloud {
  const compute = openCompute(names, local);
  const awaitOperation = awaiterOf(compute);
  return {
    ...viewOf(compute, names),
    ...lifecycleOf(compute),
    ...powerOf(compute),
    ...metadataOf(compute, awaitOperation),
    offers: createOffers(catalogOf(compute), Date.now),
    awaitOperation,
  };
}
