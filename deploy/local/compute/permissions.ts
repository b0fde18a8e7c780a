// The permissions of each call (https://cloud.google.com/compute/docs/reference/rest/v1/instances, "IAM Permissions"; what an
// insert needs: https://cloud.google.com/compute/docs/instances/create-start-instance#required-roles).
import { projectName, serviceAccountName } from '@mymlops/protocol';
import type { Caller } from '../shared/auth';
import { HttpError } from '../shared/http';
import { requireRight, type RightsCheck } from '../shared/require-right';
import type { ImageSpec } from './image-body';
import type { InstanceSpec } from './insert-body';
import type { OperationFault } from './records';
import { emailOf } from './to-api';

/** By method and path below the project. A call that is not among these cannot be served. */
export const PERMISSIONS = {
  'GET ': 'compute.projects.get',
  'GET regions': 'compute.regions.list',
  'GET zones': 'compute.zones.list',
  'GET zones/{name}': 'compute.zones.get',
  'GET zones/{zone}/machineTypes': 'compute.machineTypes.list',
  'GET zones/{zone}/machineTypes/{name}': 'compute.machineTypes.get',
  'GET aggregated/machineTypes': 'compute.machineTypes.list',
  'GET aggregated/acceleratorTypes': 'compute.acceleratorTypes.list',
  'GET zones/{zone}/instances': 'compute.instances.list',
  'GET aggregated/instances': 'compute.instances.list',
  'GET zones/{zone}/instances/{name}': 'compute.instances.get',
  'POST zones/{zone}/instances': 'compute.instances.create',
  'DELETE zones/{zone}/instances/{name}': 'compute.instances.delete',
  'POST zones/{zone}/instances/{name}/stop': 'compute.instances.stop',
  'POST zones/{zone}/instances/{name}/start': 'compute.instances.start',
  'POST zones/{zone}/instances/{name}/setMetadata': 'compute.instances.setMetadata',
  'POST zones/{zone}/instances/{name}/setLabels': 'compute.instances.setLabels',
  'POST zones/{zone}/instances/{name}/setScheduling': 'compute.instances.setScheduling',
  'POST zones/{zone}/instances/{name}/setMachineType': 'compute.instances.setMachineType',
  'POST zones/{zone}/instances/{name}/simulateMaintenanceEvent': 'compute.instances.simulateMaintenanceEvent',
  'GET zones/{zone}/disks': 'compute.disks.list',
  'GET aggregated/disks': 'compute.disks.list',
  'GET zones/{zone}/disks/{name}': 'compute.disks.get',
  'DELETE zones/{zone}/disks/{name}': 'compute.disks.delete',
  'POST zones/{zone}/disks/{name}/resize': 'compute.disks.resize',
  'GET global/images/{name}': 'compute.images.get',
  'GET global/images/family/{name}': 'compute.images.getFromFamily',
  'GET global/images': 'compute.images.list',
  'POST global/images': 'compute.images.create',
  'DELETE global/images/{name}': 'compute.images.delete',
  'GET global/operations/{name}': 'compute.globalOperations.get',
  'POST global/operations/{name}/wait': 'compute.globalOperations.get',
  'GET global/snapshots/{name}': 'compute.snapshots.get',
  'GET zones/{zone}/operations': 'compute.zoneOperations.list',
  'GET zones/{zone}/operations/{name}': 'compute.zoneOperations.get',
  'POST zones/{zone}/operations/{name}/wait': 'compute.zoneOperations.get',
} as const satisfies Record<string, `compute.${string}`>;

export type ComputeCall = keyof typeof PERMISSIONS;

/** A caller with its rights in the project. */
export interface CallRights {
  /** Throws HttpError in Google's words. `path`: of the resource, below the project. */
  require(permission: string, path: string): void;
  /** All that an insert needs for its parts. */
  requireInsert(zone: string, spec: InstanceSpec): void;
  /** All that an image of a disk needs. */
  requireImage(spec: ImageSpec): void;
  /** Google accepts a call without this right, and its operation ends with this error. */
  actAsFault(accounts: InstanceSpec['serviceAccounts']): OperationFault | undefined;
}

export function callRights(check: RightsCheck, caller: Caller, project: string): CallRights {
  const require = (permission: string, path: string): void =>
    requireRight(check, caller, { permissions: [permission], on: projectName(project) }, () => {
      const resource = ['projects', project, ...(path === '' ? [] : [path])].join('/');
      return new HttpError(403, 'forbidden', `Required '${permission}' permission for '${resource}'`);
    });
  return {
    require,
    requireInsert(zone, spec) {
      for (const [permission, path] of needsOfInsert(zone, spec, project)) require(permission, path);
    },
    // https://cloud.google.com/compute/docs/images/managing-access-custom-images
    requireImage({ name, labels, sourceDisk }) {
      if (Object.keys(labels).length > 0) require('compute.images.setLabels', `global/images/${name}`);
      require('compute.disks.useReadOnly', `zones/${sourceDisk.zone}/disks/${sourceDisk.name}`);
    },
    actAsFault(accounts) {
      for (const { email } of accounts) {
        const need = { permissions: [ACT_AS], on: serviceAccountName(project, emailOf(email)) };
        if (check.rights.lacking(caller, need) !== undefined) return denied(emailOf(email), check, caller);
      }
      return undefined;
    },
  };
}

const ACT_AS = 'iam.serviceAccounts.actAs';

function denied(email: string, { rights, log }: RightsCheck, caller: Caller): OperationFault {
  log('WARNING', 'operation refused', { identity: caller.identity, permission: ACT_AS, resource: email });
  return {
    code: 'SERVICE_ACCOUNT_ACCESS_DENIED',
    message:
      `The user does not have access to service account '${email}'.  User: '${rights.nameOf(caller)}'.  Ask a project ` +
      'owner to grant you the iam.serviceAccountUser role on the service account',
    httpStatus: 400,
  };
}

/** Pairs of permission and path. Only the parts that the body has need theirs. */
function* needsOfInsert(zone: string, spec: InstanceSpec, project: string): Generator<[string, string]> {
  const vm = `zones/${zone}/instances/${spec.name}`;
  if (Object.keys(spec.metadata).length > 0) yield ['compute.instances.setMetadata', vm];
  if (Object.keys(spec.labels).length > 0) yield ['compute.instances.setLabels', vm];
  if (spec.tags.length > 0) yield ['compute.instances.setTags', vm];
  if (spec.serviceAccounts.length > 0) yield ['compute.instances.setServiceAccount', vm];
  for (const disk of spec.disks) {
    const path = `zones/${zone}/disks/${disk.name}`;
    yield [disk.make ? 'compute.disks.create' : 'compute.disks.use', path];
    if (Object.keys(disk.labels).length > 0) yield ['compute.disks.setLabels', path];
    const source = ownSource(disk.sourceImage, project);
    if (source !== undefined) yield [`compute.${source.collection}.useReadOnly`, source.path];
  }
  for (const { subnetwork, accessConfigs } of spec.networkInterfaces) {
    const path = typeof subnetwork === 'string' ? subnetwork : `regions/${regionOf(zone)}/subnetworks/default`;
    yield ['compute.subnetworks.use', path];
    if (Array.isArray(accessConfigs) && accessConfigs.length > 0) yield ['compute.subnetworks.useExternalIp', path];
  }
}

/** An image or snapshot of this project; those of others, Google's among them, are for all who are signed in. */
function ownSource(path: string, project: string): { collection: 'images' | 'snapshots'; path: string } | undefined {
  const [, owner = project, collection = '', rest = ''] =
    /(?:projects\/([^/]+)\/)?global\/(images|snapshots)\/(.+)$/.exec(path) ?? [];
  if (owner !== project || rest === '') return undefined;
  return { collection: collection === 'images' ? 'images' : 'snapshots', path: `global/${collection}/${rest}` };
}

const regionOf = (zone: string): string => zone.replace(/-[a-z]$/, '');
