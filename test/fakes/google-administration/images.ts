// Compute Engine's images of the project: a deletion takes time, and one that Google still makes or deletes is not ready for it.
import { refuseOld } from './refusals';
import { hasPermission, pageOf, type Call, type Route } from './route';

/** A label's key and value, and nothing else of https://cloud.google.com/compute/docs/reference/rest/v1/images/list. */
const FILTER = /^labels\.([a-z][a-z0-9_-]*)=([a-z0-9_-]+)$/;

export const images: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/compute\/v1\/projects\/([^/:]+)\/global\/images$/ },
    query: ['filter', 'pageToken', 'maxResults', 'orderBy', 'returnPartialSuccess'],
    answer(call, project = '') {
      requirePermission(call, 'compute.images.list', `projects/${project}`);
      const { google, query } = call;
      const [, key = '', value] = FILTER.exec(query.get('filter') ?? '') ?? [];
      if (value === undefined)
        throw refuseOld(400, `Invalid value for field 'filter': ${query.get('filter')}`, 'invalid');
      // A later page is of the same list.
      if (!query.has('pageToken')) {
        for (const image of google.images) if (image.pollsLeft !== undefined) image.pollsLeft -= 1;
        google.images = google.images.filter(({ pollsLeft }) => pollsLeft === undefined || pollsLeft > 0);
      }
      const { page, ...next } = pageOf(
        call,
        google.images.filter(({ labels }) => labels[key] === value),
      );
      const items = page.map(({ name, status, labels }) => ({ kind: 'compute#image', name, status, labels }));
      return { kind: 'compute#imageList', ...(items.length > 0 && { items }), ...next };
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/compute\/v1\/projects\/([^/:]+)\/global\/images\/([^/]+)$/, query: ['requestId'] },
    answer(call, project = '', name = '') {
      const resource = `projects/${project}/global/images/${name}`;
      requirePermission(call, 'compute.images.delete', resource);
      const found = call.google.images.find((image) => image.name === name);
      if (!found) throw refuseOld(404, `The resource '${resource}' was not found`, 'notFound');
      if (['PENDING', 'DELETING'].includes(found.status))
        throw refuseOld(400, `The resource '${resource}' is not ready`, 'resourceNotReady');
      Object.assign(found, { status: 'DELETING', pollsLeft: found.pollsLeft ?? 2 });
      return { kind: 'compute#operation', name: 'operation-1', operationType: 'delete', status: 'RUNNING' };
    },
  },
];

function requirePermission({ google }: Call, permission: string, resource: string): void {
  if (!`${resource}/`.startsWith(`projects/${google.project.id}/`))
    throw refuseOld(404, `The resource '${resource}' was not found`, 'notFound');
  if (hasPermission(google, permission)) return;
  throw refuseOld(403, `Required '${permission}' permission for '${resource}'`, 'forbidden');
}
