// Records as the resources of Compute Engine's REST API. 64 bit numbers are text, references are URLs.
import { createHash } from 'node:crypto';
import { DEFAULT_SERVICE_ACCOUNT, PROJECT_NUMBER, REGION, type MachineType } from './catalog';
import { asGiven } from './scheduling';
import type { DiskRecord, Labels, OperationRecord, StoredMetadata, StoredVm } from './records';

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

    operation: (operation) => {
      const { target } = operation;
      const fault = operation.status === 'DONE' ? operation.fault : undefined;
      const httpStatus = fault?.httpStatus ?? 503;
      return {
        kind: 'compute#operation',
        id: operation.id,
        name: operation.name,
        zone: zoneUrl(operation.zone),
        selfLink: `${zoneUrl(operation.zone)}/operations/${operation.name}`,
        operationType: operation.type,
        targetLink: `${zoneUrl(operation.zone)}/${target.collection}/${target.name}`,
        targetId: target.id,
        clientOperationId: operation.requestId,
        user: DEFAULT_SERVICE_ACCOUNT,
        status: operation.status,
        progress: { PENDING: 0, RUNNING: 50, DONE: 100 }[operation.status],
        insertTime: timeOf(operation.insertedAt),
        startTime: timeOf(operation.startedAt),
        endTime: timeOf(operation.endedAt),
        ...(fault && {
          error: { errors: [{ code: fault.code, message: fault.message, errorDetails: fault.errorDetails }] },
          httpErrorStatusCode: httpStatus,
          httpErrorMessage: HTTP_MESSAGES[httpStatus] ?? 'ERROR',
        }),
      };
    },

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

    project: () => ({
      kind: 'compute#project',
      id: PROJECT_NUMBER,
      name: project,
      selfLink: base(),
      defaultServiceAccount: DEFAULT_SERVICE_ACCOUNT,
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

const HTTP_MESSAGES: Record<number, string> = {
  400: 'BAD REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  500: 'INTERNAL SERVER ERROR',
  503: 'SERVICE UNAVAILABLE',
};

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

/** Google writes times in Pacific time. */
const PACIFIC_MS = -8 * 3_600_000;

function timeOf(milliseconds: number): string;
function timeOf(milliseconds: number | undefined): string | undefined;
function timeOf(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  return new Date(milliseconds + PACIFIC_MS).toISOString().replace('Z', '-08:00');
}
