// The two forms of a list: of one zone or collection, and of all zones.
import { ZONES } from './catalog';
import { zoneDown } from './api-errors';
import type { Faults } from './lifecycle';
import { itemsByZone, resourcePageOf, type PageItem } from './page';

export function listOf(kind: string, id: string, all: PageItem[], url: URL): object {
  const { listed, nextPageToken } = resourcePageOf(all, url);
  const items = listed.length > 0 ? listed.map(({ resource }) => resource) : undefined;
  return { kind: `compute#${kind}List`, id, items, nextPageToken };
}

/** With a zone that does not answer the whole list fails, unless the caller takes what there is. */
export function aggregatedOf(
  kind: string,
  { project, faults, url }: { project: string; faults: Faults; url: URL },
  all: PageItem[],
): object {
  const down = faults.zonesDown?.() ?? [];
  const [first] = down;
  if (first !== undefined && url.searchParams.get('returnPartialSuccess') !== 'true') throw zoneDown(first);
  const page = resourcePageOf(
    all.filter(({ zone }) => !down.includes(zone)),
    url,
  );
  return {
    kind: `compute#${kind}AggregatedList`,
    id: `projects/${project}/aggregated/${kind}s`,
    items: itemsByZone(page, ZONES, { collection: `${kind}s`, down }),
    nextPageToken: page.nextPageToken,
    ...(down.length > 0 && { unreachables: down.map((zone) => `zones/${zone}`) }),
  };
}
