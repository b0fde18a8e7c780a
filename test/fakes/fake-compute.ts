// Compute Engine in memory: operations finish later, a request id is good for one call.
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';
import type { CloudFailure } from '../../functions/src/ports/cloud-answer';
import type { Compute } from '../../functions/src/ports/compute';
import type { FakeGoogle, FakeVm, Gate } from './fake-google';
import { fakeImages } from './fake-images';
import { FIXED_WHILE_RUNNING, isOff, keepsDisk, notReady } from './vm-status';

/** Ids are as long as Google's, and none is used twice. */
const FIRST_ID = 4_200_000_000_000_000_000n;
/** Of the first VM that is made and its disk. */
export const FIRST_IDS = { disk: String(FIRST_ID), vm: String(FIRST_ID + 1n) };
/** https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation */
const NO_DISK = { code: 'notFound', message: 'The resource of disks was not found', httpStatus: 404 };
const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };

export function fakeCompute(google: FakeGoogle, gate: Gate): Compute {
  const { vms, disks } = google;
  const operations = new Map<string, { looks: number; failure?: CloudFailure; effect?: () => void }>();
  const begin = (operation: string, fields: { failure?: CloudFailure; effect?: () => void } = {}): string => {
    operations.set(operation, { looks: google.faults.looks ?? 0, ...fields });
    return operation;
  };
  let made = 0n;
  const newId = (): string => String(FIRST_ID + made++);
  const key = (zone: string, name: string): string => `${zone}/${name}`;
  /** At once, or where an operation takes its time, at its end. */
  const take = (operation: string, effect: () => void): string => {
    begin(operation, google.faults.looks ? { effect } : {});
    if (!google.faults.looks) effect();
    return operation;
  };
  const switchOn = (vm: FakeVm): void => {
    vm.status = 'RUNNING';
    vm.lastStartAt = new Date(google.nowMs).toISOString();
  };
  return {
    ...fakeImages(google, gate),
    offers: () => gate('compute.offers', () => ({ zones: google.zones, offering: google.zones, away: [] })),
    get: (zone, name) => gate('compute.get', () => vms.get(key(zone, name))),
    getDisk: (zone, name) =>
      gate('compute.getDisk', () => {
        const disk = disks.get(key(zone, name));
        return disk && { ...disk, inUse: vms.has(key(zone, name)) };
      }),
    list: () =>
      gate('compute.list', () => {
        const unlisted = google.faults.unlisted ?? new Set();
        if (google.faults.listFails) throw new Error('zones/local-b was not listed');
        return {
          vms: [...vms.values()].filter(({ zone }) => !unlisted.has(zone)),
          disks: [...disks.entries()]
            .filter(([, { zone }]) => !unlisted.has(zone))
            .map(([id, disk]) => ({ ...disk, inUse: vms.has(id) })),
          gaps: [...unlisted].map((zone) => ({ zone, cause: `zones/${zone} was not listed: UNREACHABLE` })),
        };
      }),
    operationsOn: () => gate('compute.operationsOn', () => google.faults.operations ?? []),
    insert: (zone, requestId, body) =>
      gate('compute.insert', () => {
        const id = key(zone, body.name);
        const operation = `insert-${requestId}`;
        if (google.faults.insertRefused) return { refused: google.faults.insertRefused };
        // The same request id again is the same operation, whatever has become of the VM since.
        if (operations.has(operation)) return { operation };
        if (vms.has(id)) return { exists: true as const };
        const failure = google.faults.insertFails ?? (google.faults.stockedOut?.has(zone) ? STOCKOUT : undefined);
        const isOnKept = body.disks[0]?.source !== undefined;
        if (isOnKept && !disks.has(id)) return { refused: NO_DISK };
        begin(operation, { failure });
        if (!isOnKept) disks.set(id, { id: newId(), name: body.name, zone, labels: body.labels, inUse: false });
        if (failure) return { operation };
        google.created.set(body.name, (google.created.get(body.name) ?? 0) + 1);
        const vm = vmOf(zone, newId(), body, google.faults.dropsTimeLimit === true);
        switchOn(vm);
        vms.set(id, vm);
        return { operation, id: vm.id };
      }),
    awaitOperation: (_zone, operation) =>
      gate('compute.awaitOperation', () => {
        const found = operations.get(operation);
        if (found && found.looks-- > 0) return { done: false as const };
        const effect = found?.effect;
        if (found) delete found.effect;
        effect?.();
        return { done: true as const, failure: found?.failure };
      }),
    delete: (zone, name) =>
      gate('compute.delete', () => {
        if (!vms.has(key(zone, name))) return undefined;
        // A second delete of a VM that is being deleted is the first one.
        const operation = `delete-${key(zone, name)}`;
        const effect = (): void => {
          const vm = vms.get(key(zone, name));
          vms.delete(key(zone, name));
          if (!keepsDisk(vm?.body)) disks.delete(key(zone, name));
          operations.delete(operation);
        };
        if (!operations.has(operation)) begin(operation, { effect });
        if (!google.faults.looks) effect();
        return operation;
      }),
    deleteDisk: (zone, name) =>
      gate('compute.deleteDisk', () => (disks.delete(key(zone, name)) ? 'delete-disk' : undefined)),
    start: (zone, name, requestId) =>
      gate('compute.start', () => {
        const vm = vms.get(key(zone, name));
        if (!vm) return undefined;
        const operation = `start-${requestId}`;
        // The same request id again is the same start, though the VM was stopped since.
        if (operations.has(operation)) return { operation };
        if (google.faults.startRefused) return { refused: google.faults.startRefused };
        if (vm.status === 'STOPPING')
          return { operation: begin(operation, { failure: notReady(vm, 'RESOURCE_NOT_READY') }) };
        if (!canStart(vm)) return { refused: notReady(vm, 'resourceNotReady') };
        const failure = google.faults.startFails ?? (google.faults.stockedOut?.has(zone) ? STOCKOUT : undefined);
        if (failure) return { operation: begin(operation, { failure }) };
        return { operation: take(operation, () => vm.status !== 'RUNNING' && switchOn(vm)) };
      }),
    stop: (zone, name, { requestId }) =>
      gate('compute.stop', () => {
        const vm = vms.get(key(zone, name));
        if (!vm) return undefined;
        const operation = `stop-${requestId}`;
        if (operations.has(operation)) return operation;
        if (!isOff(vm)) vm.status = 'STOPPING';
        return take(operation, () => void (vm.status = 'TERMINATED'));
      }),
    setScheduling: (zone, name, { maxRunDurationSeconds, terminationAction }) =>
      gate('compute.setScheduling', () => {
        const vm = vms.get(key(zone, name));
        if (!vm) return undefined;
        if (vm.status !== 'TERMINATED') return FIXED_WHILE_RUNNING;
        Object.assign(vm, google.faults.dropsTimeLimit ? {} : { maxRunDurationSeconds, terminationAction });
        return { operation: begin(`scheduling-${key(zone, name)}`) };
      }),
    setMachineType: (zone, name, machineType) =>
      gate('compute.setMachineType', () => {
        const vm = vms.get(key(zone, name));
        if (!vm) return undefined;
        if (vm.status !== 'TERMINATED') return FIXED_WHILE_RUNNING;
        vm.machineType = machineType;
        return { operation: begin(`machine-${key(zone, name)}`) };
      }),
    resizeDisk: (zone, name, sizeGb) =>
      gate('compute.resizeDisk', () => {
        const disk = disks.get(key(zone, name));
        if (!disk) return undefined;
        disk.sizeGb = sizeGb;
        return { operation: begin(`resize-${key(zone, name)}`) };
      }),
    setMetadata: (zone, name, isOurs, values) =>
      gate('compute.setMetadata', () => {
        const vm = vms.get(key(zone, name));
        if (!vm || !isOurs(vm)) return false;
        Object.assign(vm.metadata, values);
        return true;
      }),
  };
}

/** Google starts what is off, and takes a start of what is on for done. */
const canStart = (vm: FakeVm): boolean => isOff(vm) || vm.status === 'RUNNING';

function vmOf(zone: string, id: string, body: InsertBody, dropsTimeLimit: boolean): FakeVm {
  return {
    name: body.name,
    zone,
    id,
    status: 'RUNNING',
    labels: body.labels,
    ...(!dropsTimeLimit && {
      maxRunDurationSeconds: Number(body.scheduling.maxRunDuration.seconds),
      terminationAction: body.scheduling.instanceTerminationAction,
    }),
    body,
    metadata: {},
  };
}
