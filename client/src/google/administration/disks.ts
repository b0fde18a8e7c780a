// Disks of a project, in whatever zone. https://cloud.google.com/compute/docs/reference/rest/v1/disks
import { allPages, removal } from './answers';
import type { Calls } from './call';
import type { Disk, Disks } from './port';

interface WireDisk {
  name: string;
  /** An address, which ends with the zone. A disk of a region has none. */
  zone: string;
  /** Addresses of the VMs that have it. */
  users: string[];
}

export function disksOf(call: Calls, project: string): Disks {
  const path = `/compute/v1/projects/${encodeURIComponent(project)}`;
  return {
    withLabel(key, value) {
      // Without returnPartialSuccess the call fails for a zone that does not answer: half a list would be taken for the whole.
      const filter = encodeURIComponent(`labels.${key}=${value}`);
      const list = `${path}/aggregated/disks?filter=${filter}&fields=items,nextPageToken`;
      return allPages(call, 'compute', list, (page) =>
        Object.values((page as { items?: Record<string, { disks?: Partial<WireDisk>[] }> }).items ?? {}).flatMap(
          ({ disks = [] }) => disks.filter(({ zone }) => zone !== undefined).map(read),
        ),
      );
    },
    remove: ({ name, zone }) =>
      removal(call, 'compute', `${path}/zones/${encodeURIComponent(zone)}/disks/${encodeURIComponent(name)}`),
  };
}

const read = ({ name = '', zone = '', users = [] }: Partial<WireDisk>): Disk => ({
  ...{ name, zone: zone.slice(zone.lastIndexOf('/') + 1), isInUse: users.length > 0 },
});
