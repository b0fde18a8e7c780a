// Resource Manager, Cloud Billing, the policies of an organisation and Firestore's databases, of the one project.
import { refuse, refuseOld } from './refusals';
import { bodyOf, hasPermission, pageOf, requireProject, type Call, type Route } from './route';
import type { FakeDatabase } from './state';

export const resourceManager: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v3\/projects\/([^/:]+)$/ },
    answer(call, name = '') {
      requireProject(call, name, 'resourcemanager.projects.get');
      const { id, number, state } = call.google.project;
      return {
        name: `projects/${number}`,
        parent: 'organizations/1',
        projectId: id,
        state,
        displayName: id,
        etag: 'W/"1"',
      };
    },
  },
  {
    ...{ method: 'POST', path: /^\/v3\/projects\/([^/:]+):testIamPermissions$/ },
    answer(call, name = '') {
      const { google } = call;
      if (name !== google.project.id && name !== google.project.number) requireProject(call, name, 'of nobody');
      const { permissions = [] } = bodyOf<{ permissions: string[] }>(call, ['permissions']);
      // https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
      if (permissions.length === 0) throw refuse(400, 'At least one permission must be given.');
      if (permissions.length > 100) throw refuse(400, 'Request contains more than 100 permissions.');
      const odd = permissions.find((one) => !/^[a-z0-9]+\.[a-zA-Z]+\.[a-zA-Z]+$/.test(one));
      if (odd !== undefined) throw refuse(400, `Permission ${odd} is not valid for this resource.`);
      const allowed = permissions.filter((one) => hasPermission(google, one));
      return allowed.length > 0 ? { permissions: allowed } : {};
    },
  },
];

export const billing: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v1\/projects\/([^/:]+)\/billingInfo$/ },
    answer(call, name = '') {
      requireProject(call, name, 'resourcemanager.projects.get');
      const { id } = call.google.project;
      const known = { name: `projects/${id}/billingInfo`, projectId: id };
      if (!call.google.hasBilling) return known;
      return { ...known, billingAccountName: 'billingAccounts/012345-567890-ABCDEF', billingEnabled: true };
    },
  },
];

/** Constraints with lists of values; the others are true or false. */
const LISTS =
  /^(gcp\.(resourceLocations|restrictNonCmekServices|restrictServiceUsage)|run\.allowedVPCEgress|cloudbuild\.allowedWorkerPools|compute\.(vmExternalIpAccess|trustedImageProjects|restrictSharedVpcSubnetworks)|iam\.allowedPolicyMemberDomains)$/;

export const policies: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v2\/projects\/([^/:]+)\/policies\/([^/:]+):getEffectivePolicy$/ },
    answer(call, name = '', constraint = '') {
      requireProject(call, name, 'orgpolicy.policy.get');
      if (!/^[a-z]+\.[a-zA-Z]+$/.test(constraint)) throw refuse(404, 'Requested entity was not found.');
      const rules = call.google.policies[constraint] ?? [
        LISTS.test(constraint) ? { allowAll: true } : { enforce: false },
      ];
      return { name: `projects/${call.google.project.number}/policies/${constraint}`, spec: { rules } };
    },
  },
];

export const firestore: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v1\/projects\/([^/:]+)\/databases\/([^/:]+)$/ },
    answer(call, name = '', id = '') {
      requireProject(call, name, 'datastore.databases.getMetadata');
      const found = databaseIn(call, name, id);
      if (found.pollsLeft !== undefined && (found.pollsLeft -= 1) <= 0) delete call.google.databases[id];
      const { location, type = 'FIRESTORE_NATIVE' } = found;
      return { name: `projects/${name}/databases/${id}`, uid: 'u', locationId: location, type };
    },
  },
  {
    ...{ method: 'PATCH', path: /^\/v1\/projects\/([^/:]+)\/databases\/([^/:]+)$/, query: ['updateMask'] },
    answer(call, name = '', id = '') {
      requireProject(call, name, 'datastore.databases.update');
      const found = databaseIn(call, name, id);
      refuseWhileDeleted(found);
      const body = bodyOf<{ deleteProtectionState: string }>(call, ['deleteProtectionState']);
      if (call.query.get('updateMask') !== 'deleteProtectionState')
        throw refuse(400, 'The stand-in changes one field only.');
      found.isProtected = body.deleteProtectionState === 'DELETE_PROTECTION_ENABLED';
      return { name: `projects/${name}/databases/${id}/operations/1` };
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/v1\/projects\/([^/:]+)\/databases\/([^/:]+)$/ },
    answer(call, name = '', id = '') {
      requireProject(call, name, 'datastore.databases.delete');
      const found = databaseIn(call, name, id);
      refuseWhileDeleted(found);
      if (found.isProtected ?? true) {
        throw refuse(
          400,
          'Cannot delete the database because delete protection is enabled.',
          undefined,
          'FAILED_PRECONDITION',
        );
      }
      found.pollsLeft = found.deletionPolls ?? 2;
      return { name: `projects/${name}/databases/${id}/operations/2` };
    },
  },
];

/** A deletion is an operation that takes time: https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases/delete */
function refuseWhileDeleted({ pollsLeft }: FakeDatabase): void {
  if (pollsLeft === undefined) return;
  throw refuse(400, 'The database is being deleted.', undefined, 'FAILED_PRECONDITION');
}

function databaseIn({ google }: Call, name: string, id: string): FakeDatabase {
  const found = google.databases[id];
  if (!found) throw refuse(404, `Project '${name}' or database '${id}' does not exist.`);
  return found;
}

/** Compute Engine, whose refusals have the older form. */
export const compute: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/compute\/v1\/projects\/([^/:]+)$/ },
    answer(call, name = '') {
      requireOfCompute(call, name, 'compute.projects.get');
      return { kind: 'compute#project', name, quotas: call.google.quotas.project };
    },
  },
  {
    ...{ method: 'GET', path: /^\/compute\/v1\/projects\/([^/:]+)\/regions$/ },
    query: ['pageToken', 'maxResults', 'filter', 'orderBy', 'returnPartialSuccess'],
    answer(call, name = '') {
      requireOfCompute(call, name, 'compute.regions.list');
      const { page, ...next } = pageOf(call, Object.entries(call.google.quotas.regions));
      const items = page.map(([region, quotas]) => ({ kind: 'compute#region', name: region, status: 'UP', quotas }));
      return { kind: 'compute#regionList', items, ...next };
    },
  },
];

function requireOfCompute(call: Call, name: string, permission: string): void {
  if (name !== call.google.project.id)
    throw refuseOld(404, `The resource 'projects/${name}' was not found`, 'notFound');
  if (hasPermission(call.google, permission)) return;
  throw refuseOld(403, `Required '${permission}' permission for 'projects/${name}'`, 'forbidden');
}
