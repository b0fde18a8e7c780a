// Quotas of Compute Engine: of the whole project, and of each region.
import { allPages, callFor, mapAnswer } from './answers';
import type { Calls } from './call';
import type { ComputeQuotas, Quota } from './port';

interface WireQuotas {
  name: string;
  quotas: Partial<Quota>[];
}

export function computeQuotasOf(call: Calls, project: string): ComputeQuotas {
  const path = `/compute/v1/projects/${encodeURIComponent(project)}`;
  return {
    async ofProject() {
      return mapAnswer(await callFor<WireQuotas>(call, 'compute', `${path}?fields=quotas`), read);
    },
    ofRegions() {
      const list = `${path}/regions?fields=items(name,quotas),nextPageToken`;
      return allPages(call, 'compute', list, (page) =>
        (page as { items?: Partial<WireQuotas>[] }).items?.map((item) => ({
          ...{ region: item.name ?? '', quotas: read(item) },
        })),
      );
    },
  };
}

const read = ({ quotas = [] }: Partial<WireQuotas>): Quota[] =>
  quotas.map(({ metric = '', limit = 0, usage = 0 }) => ({ metric, limit, usage }));
