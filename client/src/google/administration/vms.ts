// VMs of a project, wherever they are. https://cloud.google.com/compute/docs/reference/rest/v1/instances
import { allPages, removal } from './answers';
import type { Calls } from './call';
import type { Vm, Vms } from './port';

interface WireVm {
  name: string;
  /** An address, which ends with the zone. */
  zone: string;
  status: string;
}

export function vmsOf(call: Calls, project: string): Vms {
  const path = `/compute/v1/projects/${encodeURIComponent(project)}`;
  return {
    withLabel(key, value) {
      // Without returnPartialSuccess the call fails for a zone that does not answer: half a list would be taken for the whole.
      const filter = encodeURIComponent(`labels.${key}=${value}`);
      const list = `${path}/aggregated/instances?filter=${filter}&fields=items,nextPageToken`;
      return allPages(call, 'compute', list, (page) =>
        Object.values((page as { items?: Record<string, { instances?: Partial<WireVm>[] }> }).items ?? {}).flatMap(
          ({ instances = [] }) => instances.map(read),
        ),
      );
    },
    remove: ({ name, zone }) =>
      removal(call, 'compute', `${path}/zones/${encodeURIComponent(zone)}/instances/${encodeURIComponent(name)}`),
  };
}

const read = ({ name = '', zone = '', status = '' }: Partial<WireVm>): Vm => ({
  ...{ name, status, zone: zone.slice(zone.lastIndexOf('/') + 1) },
});
