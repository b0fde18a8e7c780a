// Quotas of Compute Engine: of the project, and of each region.
import type { QuotaLimit } from '@mymlops/protocol';
import type { ComputeCatalog } from '../../ports/compute-catalog';
import type { ComputeCalls } from './clients';
import { onlyWith } from './list-fields';

interface RawQuota {
  metric?: unknown;
  limit?: number | null;
  usage?: number | null;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/regions/list and .../projects/get */
export async function readQuotas(compute: ComputeCalls): ReturnType<ComputeCatalog['quotas']> {
  const { project } = compute;
  const [[own], regions] = await Promise.all([
    compute.ask('projects.get', ({ projects }) => projects().get({ project }, onlyWith('quotas'))),
    compute.list('regions.list', ({ regions: all }) =>
      all().listAsync({ project }, onlyWith('items(name,quotas),nextPageToken')),
    ),
  ]);
  return {
    ofProject: limitsIn(own.quotas),
    ofRegions: regions.map(({ name, quotas }) => ({ region: name ?? '', quotas: limitsIn(quotas) })),
  };
}

const limitsIn = (quotas: readonly RawQuota[] | null | undefined): QuotaLimit[] =>
  (quotas ?? []).map(({ metric, limit, usage }) => ({
    metric: String(metric ?? ''),
    limit: limit ?? 0,
    usage: usage ?? 0,
  }));
