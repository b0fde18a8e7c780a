// The rights of each identity: all that its code calls, and nothing else. Deployment, local cloud and docs/rights.md read them
// here.
import type { Identity } from './identities';
import { resourceName, type DeploymentNames, type Resource } from './resources';

export interface Right {
  on: Resource;
  permissions: readonly string[];
  /** Why, where that is not obvious. */
  why?: string;
}

const ENTITIES = 'datastore.entities';
const OBJECTS = 'storage.objects';
const PUBLISH = 'pubsub.topics.publish';
const CONSUME = 'pubsub.subscriptions.consume';
const INVOKE = 'run.routes.invoke';

/** Cloud Storage answers 403 instead of 404 to a caller that may not list. */
const ABSENT = 'list: so that an absent object is "not found", and not "forbidden"';
const OVERWRITE = 'delete: an overwrite takes it, too';

export const RIGHTS: Record<Identity, readonly Right[]> = {
  request: [
    {
      on: 'database',
      permissions: [
        `${ENTITIES}.get`,
        `${ENTITIES}.list`,
        `${ENTITIES}.create`,
        `${ENTITIES}.update`,
        `${ENTITIES}.delete`,
      ],
      why: 'delete: also each new run, whose commit fails where the run was removed before',
    },
    {
      on: 'results bucket',
      permissions: [`${OBJECTS}.get`, `${OBJECTS}.list`, `${OBJECTS}.create`, `${OBJECTS}.delete`],
      why: `${OVERWRITE}, and every call may be made twice`,
    },
    {
      on: 'live bucket',
      permissions: [`${OBJECTS}.list`, `${OBJECTS}.delete`],
      why: 'to find the newest checkpoint, to see that a VM still writes, and to remove a run. It reads nothing of it',
    },
    { on: 'topic requests', permissions: [PUBLISH], why: 'the next run in line, and its own unfinished work' },
    {
      on: 'project',
      permissions: [
        'compute.zones.list',
        'compute.machineTypes.list',
        'compute.instances.get',
        'compute.disks.get',
        'compute.zoneOperations.get',
      ],
      why: 'to choose a zone, and to look before and after each change',
    },
    {
      on: 'project',
      permissions: ['compute.acceleratorTypes.list'],
      why: 'for runs with a GPU',
    },
    {
      on: 'project',
      permissions: [
        'compute.instances.create',
        'compute.instances.setMetadata',
        'compute.instances.setLabels',
        'compute.instances.setTags',
        'compute.instances.setServiceAccount',
        'compute.disks.create',
        'compute.disks.setLabels',
        'compute.disks.use',
        'compute.subnetworks.use',
        'compute.subnetworks.useExternalIp',
      ],
      why: 'one insert; setMetadata: also the word to a VM that waits for it; disks.use: an instance whose VM is gone is made again on its disk',
    },
    {
      on: 'project',
      permissions: ['compute.images.useReadOnly', 'compute.snapshots.useReadOnly'],
      why: "for boot disks of the project's own images and snapshots; Google's images need no right",
    },
    {
      on: 'project',
      permissions: ['compute.instances.delete', 'compute.disks.delete'],
      why: 'disks.delete: a disk that its VM left',
    },
    {
      on: 'project',
      permissions: [
        'compute.instances.start',
        'compute.instances.stop',
        'compute.instances.setScheduling',
        'compute.instances.setMachineType',
        'compute.disks.resize',
      ],
      why: 'for interactive instances: a period begins and ends, and has its own time limit, machine type and size of the disk; stop: also one that nothing explains',
    },
    {
      on: 'project',
      permissions: [
        'compute.images.create',
        'compute.images.setLabels',
        'compute.disks.useReadOnly',
        'compute.images.get',
        'compute.images.delete',
        'compute.globalOperations.get',
      ],
      why: "for image build, and for rm of its images; disks.useReadOnly: on the disk of the build's VM",
    },
    {
      on: 'account of VMs',
      permissions: ['iam.serviceAccounts.actAs'],
      why: 'to give a VM its account, and to change the metadata of a VM that has one. Here alone, and for no other function',
    },
  ],
  event: [
    {
      on: 'database',
      permissions: [`${ENTITIES}.get`, `${ENTITIES}.create`, `${ENTITIES}.update`],
      why: 'create: the history of a run, a document a report',
    },
    { on: 'topic requests', permissions: [PUBLISH], why: 'asks that the run goes on' },
  ],
  sweep: [
    {
      on: 'database',
      permissions: [
        `${ENTITIES}.get`,
        `${ENTITIES}.list`,
        `${ENTITIES}.create`,
        `${ENTITIES}.update`,
        `${ENTITIES}.delete`,
      ],
      why: 'delete: its own marks of orphan candidates',
    },
    { on: 'topic requests', permissions: [PUBLISH], why: 'asks for what is due: it changes no VM' },
    { on: 'topic events', permissions: [PUBLISH], why: 'its probe: whether reports could come' },
    { on: 'dead letters of requests', permissions: [CONSUME] },
    { on: 'dead letters of events', permissions: [CONSUME] },
    {
      on: 'project',
      permissions: [
        'compute.zones.list',
        'compute.instances.list',
        'compute.disks.list',
        'compute.instances.get',
        'compute.zoneOperations.list',
      ],
      why: 'zones: to tell a zone without VMs from one that did not answer; operations: why a VM is gone',
    },
    {
      on: 'project',
      permissions: [
        'compute.acceleratorTypes.list',
        'compute.machineTypes.list',
        'compute.machineTypes.get',
        'compute.images.get',
        'compute.images.getFromFamily',
        'compute.snapshots.get',
        'compute.projects.get',
        'compute.regions.list',
      ],
      why: 'to answer gpus, image build and ls, and validate --remote; projects and regions: their quotas',
    },
  ],
  vm: [
    {
      on: 'results bucket',
      permissions: [`${OBJECTS}.get`, `${OBJECTS}.list`, `${OBJECTS}.create`, `${OBJECTS}.delete`],
      why: `${ABSENT}; ${OVERWRITE}, where an upload is sent again, as an instance does with its log and its token`,
    },
    {
      on: 'live bucket',
      permissions: [`${OBJECTS}.get`, `${OBJECTS}.list`, `${OBJECTS}.create`, `${OBJECTS}.delete`],
      why: `${ABSENT}; ${OVERWRITE}`,
    },
    { on: 'topic events', permissions: [PUBLISH] },
    {
      on: 'secrets',
      permissions: ['secretmanager.versions.access'],
      why: 'the values that a run names, in the phase that needs them. Nothing else may read one',
    },
  ],
  push: [
    { on: 'service request', permissions: [INVOKE] },
    { on: 'service event', permissions: [INVOKE] },
    { on: 'service sweep', permissions: [INVOKE] },
  ],
  client: [
    { on: 'database', permissions: [`${ENTITIES}.get`, `${ENTITIES}.list`], why: 'list: also to follow a run' },
    {
      on: 'results bucket',
      permissions: [`${OBJECTS}.get`, `${OBJECTS}.list`, `${OBJECTS}.create`],
      why: `${ABSENT}. It overwrites nothing`,
    },
    {
      on: 'live bucket',
      permissions: [`${OBJECTS}.get`, `${OBJECTS}.list`],
      why: 'the log so far, and checkpoints',
    },
    { on: 'topic requests', permissions: [PUBLISH] },
    { on: 'topic sweeps', permissions: [PUBLISH], why: 'the questions of doctor, gpus, image, sweep and validate' },
    {
      on: 'secrets',
      permissions: ['secretmanager.versions.add', 'secretmanager.secrets.delete'],
      why: 'it stores values, and can read none of them',
    },
    {
      on: 'project',
      permissions: ['secretmanager.secrets.create', 'secretmanager.secrets.list'],
      why: 'Google checks both on the project: a list shows the names of all its secrets',
    },
    {
      on: 'project',
      permissions: ['serviceusage.services.use'],
      why: "people's own credentials name the project as the one that pays for the calls",
    },
  ],
};

/** A single right, as a deployment's policies hold it. */
export interface Grant {
  identity: Identity;
  permission: string;
  /** Full name. */
  resource: string;
}

/** Every single right of a deployment. */
export function grantsOf(names: DeploymentNames): Grant[] {
  return Object.entries(RIGHTS).flatMap(([identity, rights]) =>
    rights.flatMap(({ on, permissions }) =>
      permissions.map((permission) => ({
        ...{ identity: identity as Identity, permission },
        resource: resourceName(on, names),
      })),
    ),
  );
}
