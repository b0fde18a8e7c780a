// Disks: made with a VM, kept or removed with it, grown, or deleted alone.
import type { DiskSpec } from './insert-body';
import { newId } from './ids';
import type { Operations } from './operations';
import { alreadyExists, diskBeingCopied, diskInUse, notFoundIn } from './api-errors';
import type { AttachedDisk, DiskRecord, ImageRecord, OperationRecord, StoredVm } from './records';
import { invalidField } from './fields';
import type { ComputeStore, Entry } from './store';
import type { DelayedTasks } from './delayed-tasks';
import type { VmFolders } from './vm-folders';

const DEFAULT_DISK_GB = 10;

/** The VM that a disk is attached to. */
export function userOf(store: ComputeStore, diskId: string): StoredVm | undefined {
  return [...store.vms.values()].find((vm) => vm.disks.some(({ id }) => id === diskId));
}

/** The image that is being made of a disk. */
const copyOf = (store: ComputeStore, diskId: string): ImageRecord | undefined =>
  [...store.images.values()].find(({ status, sourceDisk }) => status === 'PENDING' && sourceDisk.id === diskId);

/** The disks of a VM for which `goes` is true. */
export function disksGoingWith(store: ComputeStore, vm: StoredVm, goes: (disk: AttachedDisk) => boolean): DiskRecord[] {
  return vm.disks.filter(goes).flatMap(({ id }) => store.disks.get(id) ?? []);
}

/**
 * The disks of a new VM. Where a disk of that name exists already it is attached, as on Google.
 * @throws HttpError when a disk is another VM's, or a `source` does not exist.
 */
export function attachDisks(
  store: ComputeStore,
  wanted: { zone: string; vmId: string; specs: readonly DiskSpec[]; now: number },
): { attached: AttachedDisk[]; made: DiskRecord[] } {
  const { zone, vmId } = wanted;
  const made: DiskRecord[] = [];
  const attached = wanted.specs.map((spec): AttachedDisk => {
    const { boot, autoDelete, deviceName, name } = spec;
    const found = store.diskNamed(zone, name);
    const user = found && userOf(store, found.id);
    if (user) throw diskInUse(zone, name, user.name);
    if (found) return { id: found.id, boot, autoDelete, deviceName, made: false };
    if (made.some((disk) => disk.name === name)) throw alreadyExists('disks', zone, name);
    if (!spec.make) throw notFoundIn('disks', zone, name);
    const { sizeGb = DEFAULT_DISK_GB, type, sourceImage, imageId, labels } = spec;
    const folder = boot ? vmId : undefined;
    const fields = { id: newId(), name, zone, sizeGb, type, sourceImage, labels, createdAt: wanted.now, folder };
    const disk = { ...fields, ...(imageId !== undefined && { imageId }) };
    made.push(disk);
    return { id: disk.id, boot, autoDelete, deviceName, made: true };
  });
  return { attached, made };
}

export interface DiskChanges {
  delete(disk: DiskRecord, requestId: string | undefined): OperationRecord;
  /**
   * A disk only grows, in use or not.
   * @throws HttpError 400 for a size that is not larger.
   */
  resize(disk: DiskRecord, sizeGb: number, requestId: string | undefined): OperationRecord;
  /** Finishes what was under way when the local cloud ended. */
  resume(): void;
}

export function createDiskChanges(deps: {
  store: ComputeStore;
  operations: Operations;
  tasks: DelayedTasks;
  folders: VmFolders;
  operationDelayMs: number;
}): DiskChanges {
  const { store, operations, tasks, folders } = deps;

  const accept = (type: string, { id, name, zone }: DiskRecord, requestId: string | undefined, entries?: Entry[]) => {
    const target = { id, collection: 'disks' as const, name };
    const operation = operations.accept({ type, zone, target, requestId }, entries);
    enqueue(operation);
    return operation;
  };

  const enqueue = (operation: OperationRecord): void => {
    if (operation.type === 'delete') return enqueueDeletion(operation);
    tasks.enqueue(operation.id, operation.id, async () => {
      await tasks.pause(deps.operationDelayMs);
      await tasks.written(() => operations.finish(operation.id));
    });
  };

  const enqueueDeletion = ({ id, target }: OperationRecord): void =>
    tasks.enqueue(target.id, id, async () => {
      await tasks.pause(deps.operationDelayMs);
      const disk = store.disks.get(target.id);
      const user = userOf(store, target.id); // attached since the call
      if (user && disk) {
        const { message } = diskInUse(disk.zone, disk.name, user.name);
        const fault = { code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', message, httpStatus: 400 };
        return tasks.written(() => operations.finish(id, fault));
      }
      if (disk) await folders.remove([disk]);
      if (!tasks.isClosed()) await tasks.written(() => operations.finish(id, undefined, [{ diskGone: target.id }]));
    });

  return {
    delete(disk, requestId) {
      const { id, name, zone } = disk;
      const user = userOf(store, id);
      if (user) throw diskInUse(zone, name, user.name);
      const image = copyOf(store, id);
      if (image) throw diskBeingCopied(zone, name, image.name);
      return accept('delete', disk, requestId);
    },
    // Its words: https://github.com/hashicorp/terraform-provider-google/issues/8597
    resize(disk, sizeGb, requestId) {
      if (sizeGb <= disk.sizeGb) {
        const why = `New disk size '${sizeGb}' GiB must be larger than existing size '${disk.sizeGb}' GiB.`;
        throw invalidField('sizeGb', sizeGb, why);
      }
      return accept('resize', disk, requestId, [{ disk: { ...disk, sizeGb } }]);
    },
    resume() {
      for (const operation of store.operations.values()) {
        if (operation.status !== 'DONE' && operation.target.collection === 'disks') enqueue(operation);
      }
    },
  };
}
