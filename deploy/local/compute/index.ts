// Compute Engine on this computer: the REST calls that mymlops makes. Each VM is a process group.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import { createHttpServer, withAuth } from '../shared/http';
import type { IdentityKey } from '../state/identity-key';
import type { StartMetadata } from '../shared/metadata-server';
import { listenOnLoopback, type Service, type ServiceOptions } from '../shared/service';
import { createCatalog } from './catalog';
import { createChanges } from './changes';
import { createDiskChanges } from './disks';
import { createLifecycle, type Faults } from './lifecycle';
import { createOperations } from './operations';
import { createVmPower, type VmPower } from './vm-power';
import { createToApi } from './to-api';
import { createComputeRoutes } from './routes';
import { scriptedFaults } from './scripted-faults';
import { openComputeStore, type Entry, type ComputeStore } from './store';
import { createDelayedTasks } from './delayed-tasks';
import { createImageFolders, imageFolderOf, type ImageFolders } from './image-folders';
import { createOwnImages } from './own-images';
import { createVmFolders, type VmFolders } from './vm-folders';
import { vmProcesses } from './vm-process';
import type { VmRunner } from './vm-runner';

export type { Faults } from './lifecycle';
export type { OperationFault, StoredVm } from './records';

export interface ComputeOptions {
  /** Between the answer to a call and the end of its operation. */
  operationDelayMs?: number;
  /** Scripted faults, for tests; by default those of the file in the folder, if it exists. */
  faults?: Faults;
  /** PATH of the VMs; by default this process's own. */
  path?: string;
  /** How VMs run; by default as processes of this computer. */
  runner?: VmRunner;
  project?: string;
  /** Signs the VMs' identity tokens; absent: there are none. */
  identityKey?: IdentityKey;
  /** Starts the metadata server of a VM. */
  startMetadata: StartMetadata;
}

export interface ComputeService extends Service {
  /** VMs that are not TERMINATED. */
  liveVms(): number;
  /** Kills every process of every VM and removes all VMs, disks and images, without shutdown scripts. */
  destroyAll(): Promise<void>;
}

const DEFAULT_OPERATION_DELAY_MS = 30;

/**
 * Starts the service. VMs that outlived an earlier process on this folder are taken over first. `close()` leaves VMs
 * running, to be taken over by the next start; where the folder was removed meanwhile, it ends them.
 */
export async function startCompute(options: ServiceOptions & ComputeOptions): Promise<ComputeService> {
  const { folder, auth, rights, clock, log, project = LOCAL_PROJECT } = options;
  const faults = options.faults ?? scriptedFaults(folder, clock, log);
  const operationDelayMs = options.operationDelayMs ?? DEFAULT_OPERATION_DELAY_MS;
  const path = options.path ?? process.env['PATH'] ?? '/usr/bin:/bin';
  let address = '';

  const store = openComputeStore(folder, log);
  const operations = createOperations(store, clock);
  const tasks = createDelayedTasks(operations, clock, log);
  const folders = createVmFolders(folder, store, tasks, log);
  const imageFolders = createImageFolders(folder, store, log);
  const runner = options.runner ?? vmProcesses(path);
  const power = createVmPower({
    store,
    project,
    auth,
    runner,
    identityKey: options.identityKey,
    startMetadata: options.startMetadata,
    clock,
    log,
    vmsFolder: folders.path,
    imageFolderOf: (imageId) => imageFolderOf(folder, imageId),
    folderId: store.folderId,
    ended: (vmId) => lifecycle.ended(vmId),
    ran: (vmId, ranMs) => lifecycle.ran(vmId, ranMs),
    expired: (vmId, startedAt) => lifecycle.expired(vmId, startedAt),
  });
  const shared = { store, operations, tasks, folders, operationDelayMs };
  const lifecycle = createLifecycle({ ...shared, power, faults, clock, log });
  const diskChanges = createDiskChanges(shared);
  const images = createOwnImages({ ...shared, ...{ project, imageFolders, runner, faults, clock, log } });
  const catalog = createCatalog();
  const changes = createChanges({ ...shared, catalog, faults, metadataChanged: (vmId) => power.metadataChanged(vmId) });
  const toApi = createToApi(project, () => `http://${address}/compute/v1/projects/${project}`);
  const routes = createComputeRoutes({
    ...{ project, store, catalog, operations, lifecycle, changes, diskChanges, toApi, faults },
    ...{ rights, log, images },
  });

  await lifecycle.resume();
  diskChanges.resume();
  images.resume();
  await Promise.all([folders.sweep(), imageFolders.sweep()]);
  const server = createHttpServer(withAuth(auth, log, routes));
  address = await listenOnLoopback(server, options.port);

  return {
    address,
    liveVms: () => [...store.vms.values()].filter(({ status }) => status !== 'TERMINATED').length,
    destroyAll: () => destroyAll({ store, power, folders, imageFolders }),
    async close() {
      tasks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, power.close()]);
      // Without records nobody would ever end them.
      if (!store.isInPlace()) await Promise.all([...store.vms.values()].map((vm) => power.off(vm)));
      store.close();
    },
  };
}

interface Destroyed {
  store: ComputeStore;
  power: VmPower;
  folders: VmFolders;
  imageFolders: ImageFolders;
}

async function destroyAll({ store, power, folders, imageFolders }: Destroyed): Promise<void> {
  const vms = [...store.vms.values()];
  const disks = [...store.disks.values()];
  const images = [...store.images.values()].map(({ id }): Entry => ({ imageGone: id }));
  await Promise.all(vms.map((vm) => power.off(vm)));
  store.write(
    ...vms.map(({ id }): Entry => ({ vmGone: id })),
    ...disks.map(({ id }): Entry => ({ diskGone: id })),
    ...images,
  );
  // Once more: a VM may have started meanwhile; without its record none can start from here on.
  await Promise.all(vms.map((vm) => power.off(vm)));
  await folders.remove(disks);
  await Promise.all([folders.sweep(), imageFolders.sweep()]);
}
