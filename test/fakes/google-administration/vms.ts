// Compute Engine's VMs: a deletion takes time, and a list of all zones has zones without any.
import { refuseOld } from './refusals';
import { hasPermission, pageOf, type Call, type Route } from './route';

/** A label's key and value, and nothing else of https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList. */
const FILTER = /^labels\.([a-z][a-z0-9_-]*)=([a-z0-9_-]+)$/;

export const vms: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/compute\/v1\/projects\/([^/:]+)\/aggregated\/instances$/ },
    query: ['filter', 'pageToken', 'maxResults', 'orderBy', 'returnPartialSuccess'],
    answer(call, project = '') {
      requirePermission(call, 'compute.instances.list', `projects/${project}`);
      const { google, query } = call;
      const [, key = '', value] = FILTER.exec(query.get('filter') ?? '') ?? [];
      if (value === undefined)
        throw refuseOld(400, `Invalid value for field 'filter': ${query.get('filter')}`, 'invalid');
      // A later page is of the same list.
      if (!query.has('pageToken')) {
        for (const vm of google.vms) if (vm.pollsLeft !== undefined) vm.pollsLeft -= 1;
        const gone = google.vms.filter(({ pollsLeft }) => pollsLeft !== undefined && pollsLeft <= 0);
        google.vms = google.vms.filter((vm) => !gone.includes(vm));
        const isGone = ({ user, zone }: { user?: string; zone: string }): boolean =>
          gone.some((vm) => vm.name === user && vm.zone === zone);
        google.disks = google.disks.filter((disk) => disk.autoDelete !== true || !isGone(disk));
      }
      const { page, ...next } = pageOf(
        call,
        google.vms.filter(({ labels }) => labels[key] === value),
      );
      const NONE = {
        warning: { code: 'NO_RESULTS_ON_PAGE', message: "There are no results for scope 'zones/us-east1-b'" },
      };
      const items: Record<string, object> = { 'zones/us-east1-b': NONE };
      for (const { zone } of page) {
        const instances = page
          .filter((vm) => vm.zone === zone)
          .map(({ name, status, labels }) => ({
            ...{ kind: 'compute#instance', name, status, labels },
            zone: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}`,
          }));
        items[`zones/${zone}`] = { instances };
      }
      return { kind: 'compute#instanceAggregatedList', items, ...next };
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/compute\/v1\/projects\/([^/:]+)\/zones\/([^/]+)\/instances\/([^/]+)$/ },
    answer(call, project = '', zone = '', name = '') {
      const resource = `projects/${project}/zones/${zone}/instances/${name}`;
      requirePermission(call, 'compute.instances.delete', resource);
      const found = call.google.vms.find((vm) => vm.zone === zone && vm.name === name);
      if (!found) throw refuseOld(404, `The resource '${resource}' was not found`, 'notFound');
      Object.assign(found, { status: 'STOPPING', pollsLeft: found.pollsLeft ?? 2 });
      return { kind: 'compute#operation', name: 'operation-1', operationType: 'delete', status: 'RUNNING' };
    },
  },
];

function requirePermission({ google }: Call, permission: string, resource: string): void {
  if (hasPermission(google, permission)) return;
  throw refuseOld(403, `Required '${permission}' permission for '${resource}'`, 'forbidden');
}
