// Images of the project: made of a disk whose VM is off, used by new VMs, and deleted.
import { join } from 'node:path';
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import { diskInUse, globalNotReady, imageExists, imagesNotMade, notFoundIn } from './api-errors';
import type { DelayedTasks } from './delayed-tasks';
import { userOf } from './disks';
import { newId } from './ids';
import type { ImageSpec } from './image-body';
import type { ImageFolders } from './image-folders';
import type { Faults } from './lifecycle';
import type { Operations } from './operations';
import type { ImageRecord, OperationFault, OperationRecord, StoredVm } from './records';
import type { ComputeStore } from './store';
import type { VmFolders } from './vm-folders';
import type { VmRunner } from './vm-runner';

export interface OwnImages {
  /**
   * `force`: also of a disk whose VM is on.
   * @throws HttpError in Google's words; 400 with a sentence of ours where VMs have no disks of their own.
   */
  insert(spec: ImageSpec, call: { requestId: string | undefined; force: boolean }): OperationRecord;
  delete(image: ImageRecord, requestId: string | undefined): OperationRecord;
  /** Finishes what was under way when the local cloud ended. */
  resume(): void;
}

export interface OwnImagesDeps {
  project: string;
  store: ComputeStore;
  operations: Operations;
  tasks: DelayedTasks;
  folders: VmFolders;
  imageFolders: ImageFolders;
  runner: VmRunner;
  faults: Faults;
  clock: Clock;
  log: Log;
  operationDelayMs: number;
}

export function createOwnImages(deps: OwnImagesDeps): OwnImages {
  const { project, store, operations, tasks, folders, imageFolders, faults, clock, log } = deps;

  const enqueue = (operation: OperationRecord): void => {
    const image = store.images.get(operation.target.id);
    const task = operation.type === 'insert' ? copy : remove;
    // A start or the deletion of the VM waits for the copy.
    const queue =
      operation.type === 'insert' && image ? (userOf(store, image.sourceDisk.id)?.id ?? image.id) : operation.target.id;
    tasks.enqueue(queue, operation.id, async () => {
      await tasks.pause(deps.operationDelayMs);
      await tasks.written(() => operations.begin(operation.id));
      await task(operation);
    });
  };

  async function copy({ id, target }: OperationRecord): Promise<void> {
    const image = store.images.get(target.id);
    if (image?.status !== 'PENDING') return tasks.written(() => operations.finish(id));
    const fault = (await faults.onImage?.(image)) ?? (await keep(image));
    if (tasks.isClosed()) return;
    const status = fault ? 'FAILED' : 'READY';
    await tasks.written(() => operations.finish(id, fault, [{ image: { ...image, status } }]));
  }

  /** Google keeps an image that failed, until somebody deletes it. */
  async function keep(image: ImageRecord): Promise<OperationFault | undefined> {
    const folder = store.disks.get(image.sourceDisk.id)?.folder;
    try {
      if (folder === undefined) throw new Error('the disk has no content');
      await deps.runner.keepImage?.(join(folders.path, folder), await imageFolders.make(image.id));
      return undefined;
    } catch (error) {
      log('WARNING', 'an image could not be made', { image: image.name, cause: String(error) });
      return { code: 'INTERNAL_ERROR', message: String(error), httpStatus: 500 };
    }
  }

  async function remove({ id, target }: OperationRecord): Promise<void> {
    await imageFolders.remove(target.id);
    if (!tasks.isClosed()) await tasks.written(() => operations.finish(id, undefined, [{ imageGone: target.id }]));
  }

  const accept = (type: 'insert' | 'delete', image: ImageRecord, requestId: string | undefined): OperationRecord => {
    const target = { id: image.id, collection: 'images' as const, name: image.name };
    const operation = operations.accept({ type, zone: '', target, requestId }, [{ image }]);
    enqueue(operation);
    return operation;
  };

  return {
    insert(spec, { requestId, force }) {
      const { sourceDisk, ignored: _, ...fields } = spec;
      const disk = store.diskNamed(sourceDisk.zone, sourceDisk.name);
      if (!disk) throw notFoundIn('disks', sourceDisk.zone, sourceDisk.name);
      if (store.imageNamed(spec.name)) throw imageExists(project, spec.name);
      const user = userOf(store, disk.id);
      if (user && isOn(user) && !force) throw diskInUse(disk.zone, disk.name, user.name);
      if (!deps.runner.keepImage) throw imagesNotMade();
      const source = { id: disk.id, zone: disk.zone, name: disk.name };
      const rest = { sizeGb: disk.sizeGb, status: 'PENDING' as const, createdAt: clock.now() };
      return accept('insert', { ...fields, ...rest, id: newId(), sourceDisk: source }, requestId);
    },
    delete(image, requestId) {
      if (image.status === 'PENDING') throw globalNotReady(project, 'images', image.name);
      return accept('delete', { ...image, status: 'DELETING' }, requestId);
    },
    resume() {
      for (const operation of store.operations.values()) {
        if (operation.status !== 'DONE' && operation.target.collection === 'images') enqueue(operation);
      }
    },
  };
}

/** Google takes a disk whose VM is stopped. */
const isOn = ({ status }: StoredVm): boolean => status !== 'TERMINATED';
