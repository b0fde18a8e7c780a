// Records as the resources of Compute Engine's REST API. 64 bit numbers are text, references are URLs.
import { createHash } from 'node:crypto';
import { DEFAULT_SERVICE_ACCOUNT, PROJECT_NUMBER, REGION, ZONES, type MachineType } from './catalog';
import type { PublicImage } from './images';
import { timeOf } from './api-time';
import { operationToApi } from './operation-to-api';
import { asGiven } from './scheduling';
import type { DiskRecord, ImageRecord, Labels, OperationRecord, StoredMetadata, StoredVm } from './records';

/** Changes with the content; a setMetadata must carry the fingerprint of the content that its caller has read. */
export function fingerprintOf(content: Labels | StoredMetadata): string {
  return createHash('sha256').update(JSON.stringify(content)).digest().subarray(0, 8).toString('base64');
}

export interface ToApi {
  vm(vm: StoredVm, metadata: StoredMetadata, disks: ReadonlyMap<string, DiskRecord>): object;
  disk(disk: DiskRecord, user: StoredVm | undefined): object;
  operation(operation: OperationRecord): object;
  zone(zone: string, isUp: boolean): object;
  machineType(type: MachineType, zone: string): object;
  acceleratorType(name: string, zone: string): object;
  region(): object;
  publicImage(image: PublicImage): object;
  image(image: ImageRecord): object;
  project(): object;
}

/** `base` is the URL of the project, read when needed: the port is known only once the server listens. */
export function createToApi(project: string, base: () => string): ToApi {
  const zoneUrl = (zone: string): string => `${base()}/zones/${zone}`;
  const vmUrl = (vm: StoredVm): string => `${zoneUrl(vm.zone)}/instances/${vm.name}`;
  const diskUrl = (disk: DiskRecord): string => `${zoneUrl(disk.zone)}/disks/${disk.name}`;

  return {
    vm: (vm, metadata, disks) => ({
      kind: 'compute#instance',
      id: vm.id,
      name: vm.name,
      description: vm.description,
      zone: zoneUrl(vm.zone),
      selfLink: vmUrl(vm),
      machineType: `${zoneUrl(vm.zone)}/machineTypes/${vm.machineType}`,
      status: vm.status,
      creationTimestamp: timeOf(vm.createdAt),
      lastStartTimestamp: timeOf(vm.startedAt),
      lastStopTimestamp: timeOf(vm.stoppedAt),
      labels: vm.labels,
      labelFingerprint: fingerprintOf(vm.labels),
      tags: { items: vm.tags, fingerprint: fingerprintOf(Object.fromEntries(vm.tags.map((tag) => [tag, '']))) },
      metadata: {
        kind: 'compute#metadata',
        fingerprint: fingerprintOf(metadata),
        items: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      },
      scheduling: schedulingOf(vm),
      resourceStatus: { scheduling: { terminationTimestamp: terminationOf(vm) } },
      disks: vm.disks.map((attached, index) => {
        const disk = disks.get(attached.id);
        return {
          kind: 'compute#attachedDisk',
          type: 'PERSISTENT',
          mode: 'READ_WRITE',
          index,
          boot: attached.boot,
          autoDelete: attached.autoDelete,
          deviceName: attached.deviceName,
          source: disk && diskUrl(disk),
          diskSizeGb: disk && String(disk.sizeGb),
        };
      }),
      networkInterfaces: vm.networkInterfaces.map((given, index) => ({
        ...given,
        kind: 'compute#networkInterface',
        name: `nic${index}`,
        networkIP: '127.0.0.1',
      })),
      serviceAccounts: vm.serviceAccounts.map(({ email, scopes }) => ({ email: emailOf(email), scopes })),
      guestAccelerators: vm.accelerators?.map(({ type, count }) => ({
        acceleratorType: `${zoneUrl(vm.zone)}/acceleratorTypes/${type}`,
        acceleratorCount: count,
      })),
      deletionProtection: vm.deletionProtection,
      canIpForward: false,
      startRestricted: false,
    }),

    disk: (disk, user) => ({
      kind: 'compute#disk',
      id: disk.id,
      name: disk.name,
      zone: zoneUrl(disk.zone),
      selfLink: diskUrl(disk),
      sizeGb: String(disk.sizeGb),
      type: `${zoneUrl(disk.zone)}/diskTypes/${disk.type}`,
      ...sourceOf(disk),
      status: 'READY',
      creationTimestamp: timeOf(disk.createdAt),
      labels: disk.labels,
      labelFingerprint: fingerprintOf(disk.labels),
      users: user ? [vmUrl(user)] : undefined,
    }),

    operation: (operation) => operationToApi(operation, base()),

    zone: (zone, isUp) => ({
      kind: 'compute#zone',
      id: String(2000 + zone.charCodeAt(zone.length - 1)),
      name: zone,
      description: zone,
      status: isUp ? 'UP' : 'DOWN',
      region: `${base()}/regions/${REGION}`,
      selfLink: zoneUrl(zone),
    }),

    machineType: (type, zone) => ({
      kind: 'compute#machineType',
      id: type.id,
      name: type.name,
      description: type.description,
      guestCpus: type.guestCpus,
      memoryMb: type.memoryMb,
      isSharedCpu: false,
      ...(type.accelerators.length > 0 && {
        accelerators: type.accelerators.map(({ type: guestAcceleratorType, count }) => ({
          guestAcceleratorType,
          guestAcceleratorCount: count,
        })),
      }),
      zone,
      selfLink: `${zoneUrl(zone)}/machineTypes/${type.name}`,
    }),

    acceleratorType: (name, zone) => ({
      kind: 'compute#acceleratorType',
      name,
      description: `Accepted for Google's ${name}; a VM sees the GPUs of this computer`,
      maximumCardsPerInstance: 16,
      zone: zoneUrl(zone),
      selfLink: `${zoneUrl(zone)}/acceleratorTypes/${name}`,
    }),

    region: () => ({
      kind: 'compute#region',
      id: '1900',
      name: REGION,
      description: REGION,
      status: 'UP',
      zones: ZONES.map(zoneUrl),
      // This computer has none.
      quotas: [],
      selfLink: `${base()}/regions/${REGION}`,
    }),

    publicImage: ({ project: owner, family, name }) => ({
      kind: 'compute#image',
      name,
      family,
      status: 'READY',
      diskSizeGb: '10',
      selfLink: `https://www.googleapis.com/compute/v1/projects/${owner}/global/images/${name}`,
    }),

    image: ({ sourceDisk, ...image }) => ({
      kind: 'compute#image',
      id: image.id,
      name: image.name,
      description: image.description,
      family: image.family,
      labels: image.labels,
      labelFingerprint: fingerprintOf(image.labels),
      status: image.status,
      sourceType: 'RAW',
      sourceDisk: `${zoneUrl(sourceDisk.zone)}/disks/${sourceDisk.name}`,
      sourceDiskId: sourceDisk.id,
      diskSizeGb: String(image.sizeGb),
      creationTimestamp: timeOf(image.createdAt),
      selfLink: `${base()}/global/images/${image.name}`,
    }),

    project: () => ({
      kind: 'compute#project',
      id: PROJECT_NUMBER,
      name: project,
      selfLink: base(),
      defaultServiceAccount: DEFAULT_SERVICE_ACCOUNT,
      quotas: [],
      commonInstanceMetadata: { kind: 'compute#metadata', fingerprint: fingerprintOf({}), items: [] },
      xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
      defaultNetworkTier: 'PREMIUM',
    }),
  };
}

function sourceOf({ sourceImage: path }: DiskRecord): object {
  if (path === '') return {};
  return /(^|\/)snapshots\//.test(path) ? { sourceSnapshot: path } : { sourceImage: path };
}

function schedulingOf(vm: StoredVm): object {
  return {
    ...asGiven(vm.scheduling),
    preemptible: vm.scheduling.provisioningModel === 'SPOT',
    terminationTimestamp: terminationOf(vm),
  };
}

/** Counted from the last start, without the time that this computer slept; absent while the VM is off. */
function terminationOf({ scheduling, status, ran }: StoredVm): string | undefined {
  const { maxRunSeconds } = scheduling;
  if (maxRunSeconds === undefined || ran === undefined || status !== 'RUNNING') return undefined;
  return timeOf(ran.at + maxRunSeconds * 1000 - ran.ms);
}

export function emailOf(account: string): string {
  return account === 'default' ? DEFAULT_SERVICE_ACCOUNT : account;
}
