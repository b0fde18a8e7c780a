// Compute Engine's disks: a deletion takes time, and a disk that a VM has cannot be deleted.
import { refuseOld } from './refusals';
import { hasPermission, pageOf, type Call, type Route } from './route';

/** A label's key and value, and nothing else of https://cloud.google.com/compute/docs/reference/rest/v1/disks/aggregatedList. */
const FILTER = /^labels\.([a-z][a-z0-9_-]*)=([a-z0-9_-]+)$/;

export const disks: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/compute\/v1\/projects\/([^/:]+)\/aggregated\/disks$/ },
    query: ['filter', 'pageToken', 'maxResults', 'orderBy', 'returnPartialSuccess'],
    answer(call, project = '') {
      requirePermission(call, 'compute.disks.list', `projects/${project}`);
      const { google, query } = call;
      const [, key = '', value] = FILTER.exec(query.get('filter') ?? '') ?? [];
      if (value === undefined)
        throw refuseOld(400, `Invalid value for field 'filter': ${query.get('filter')}`, 'invalid');
      // A later page is of the same list.
      if (!query.has('pageToken')) {
        for (const disk of google.disks) if (disk.pollsLeft !== undefined) disk.pollsLeft -= 1;
        google.disks = google.disks.filter(({ pollsLeft }) => pollsLeft === undefined || pollsLeft > 0);
      }
      const { page, ...next } = pageOf(
        call,
        google.disks.filter(({ labels }) => labels[key] === value),
      );
      const NONE = {
        warning: { code: 'NO_RESULTS_ON_PAGE', message: "There are no results for scope 'zones/us-east1-b'" },
      };
      const items: Record<string, object> = { 'zones/us-east1-b': NONE };
      for (const { zone } of page) {
        const found = page.filter((disk) => disk.zone === zone);
        items[`zones/${zone}`] = { disks: found.map((disk) => shown(call, project, disk)) };
      }
      return { kind: 'compute#diskAggregatedList', items, ...next };
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/compute\/v1\/projects\/([^/:]+)\/zones\/([^/]+)\/disks\/([^/]+)$/ },
    query: ['requestId'],
    answer(call, project = '', zone = '', name = '') {
      const resource = `projects/${project}/zones/${zone}/disks/${name}`;
      requirePermission(call, 'compute.disks.delete', resource);
      const found = call.google.disks.find((disk) => disk.zone === zone && disk.name === name);
      if (!found) throw refuseOld(404, `The resource '${resource}' was not found`, 'notFound');
      const [user] = usersOf(call, project, found);
      if (user !== undefined) {
        const message = `The disk resource '${resource}' is already being used by '${user}'`;
        throw refuseOld(400, message, 'resourceInUseByAnotherResource');
      }
      found.pollsLeft ??= 2;
      return { kind: 'compute#operation', name: 'operation-1', operationType: 'delete', status: 'RUNNING' };
    },
  },
];

type FakeDisk = Call['google']['disks'][number];

function shown(call: Call, project: string, disk: FakeDisk): object {
  const { name, zone, labels } = disk;
  const users = usersOf(call, project, disk).map((user) => `https://www.googleapis.com/compute/v1/${user}`);
  return {
    ...{ kind: 'compute#disk', name, labels, status: disk.pollsLeft === undefined ? 'READY' : 'DELETING' },
    zone: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}`,
    // Google leaves out an empty list.
    ...(users.length > 0 && { users }),
  };
}

/** VMs that have it. A VM that is being deleted has it still. */
const usersOf = ({ google }: Call, project: string, { zone, user }: FakeDisk): string[] =>
  google.vms
    .filter((vm) => vm.name === user && vm.zone === zone)
    .map((vm) => `projects/${project}/zones/${vm.zone}/instances/${vm.name}`);

function requirePermission({ google }: Call, permission: string, resource: string): void {
  if (hasPermission(google, permission)) return;
  throw refuseOld(403, `Required '${permission}' permission for '${resource}'`, 'forbidden');
}
