// The ComputeCatalog port at an address.
import { namesOf, type Endpoints } from '@mymlops/protocol';
import { openComputeCatalog } from '../../../functions/src/google/compute';
import type { ComputeCatalog } from '../../../functions/src/ports/compute-catalog';
import { TOKEN } from '../../deploy/local/harness';

const NOWHERE = '127.0.0.1:1';

export function openCatalogAt(compute: string): ComputeCatalog {
  const others = { pubsub: NOWHERE, firestore: NOWHERE, storage: NOWHERE };
  const endpoints: Endpoints = { v: 1, pid: process.pid, deployment: 'mymlops', token: TOKEN, compute, ...others };
  return openComputeCatalog(namesOf('local', 'mymlops'), () => endpoints);
}
