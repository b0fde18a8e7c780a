// Switches VMs on and off: main process, metadata server, shutdown, time limit. lifecycle.ts writes the records.
import { join } from 'node:path';
import type { Clock, Timer } from '../shared/clock';
import type { Auth } from '../shared/auth';
import type { IdentityKey } from '../state/identity-key';
import type { Log } from '../shared/log';
import type { DescribedVm, MetadataServer, StartMetadata } from '../shared/metadata-server';
import { PROJECT_NUMBER } from './catalog';
import { disksGoingWith } from './disks';
import { claimsOf } from './identity-claims';
import { imageNameOf } from './image-sources';
import { emailOf } from './to-api';
import { isMainProcessAlive, markOf } from './process-table';
import type { DiskRecord, MainProcess, StoredVm } from './records';
import { startRunLimit, type RunLimit } from './run-limit';
import type { ComputeStore } from './store';
import { powerOff } from './vm-process';
import type { VmRunner, VmToRun } from './vm-runner';

export interface VmPowerOptions {
  store: ComputeStore;
  /** Contains one folder for each VM, named by its id. */
  vmsFolder: string;
  imageFolderOf(imageId: string): string;
  /** Identity of the folder with the records. */
  folderId: string;
  project: string;
  runner: VmRunner;
  auth: Auth;
  /** Signs the VMs' identity tokens; absent: there are none. */
  identityKey: IdentityKey | undefined;
  startMetadata: StartMetadata;
  clock: Clock;
  log: Log;
  /** The VM switched itself off: its startup script ended, or was killed. */
  ended(vmId: string): void;
  /** How long the VM has run since its start; called every minute, and by `close`. */
  ran(vmId: string, ranMs: number): void;
  /** The VM that was started at `startedAt` has reached its maxRunDuration. */
  expired(vmId: string, startedAt: number): void;
}

export interface VmPower {
  /** Starts the main process of a VM, and the clock of its maxRunDuration. */
  on(vmId: string, startedAt: number): Promise<{ mainProcess: MainProcess; metadataPort: number }>;
  /** Takes over a VM that outlived the local cloud. False when its main process is gone. */
  adopt(vm: StoredVm): Promise<boolean>;
  isOn(vm: StoredVm): boolean;
  /** Has the VM shut down, waits at most as long as Google would, then cuts the power. */
  shutDown(vm: StoredVm): Promise<void>;
  /** Cuts the power: returns when no process of the VM is left. */
  off(vm: StoredVm): Promise<void>;
  /** The metadata of a VM has changed. */
  metadataChanged(vmId: string): void;
  /** Stops watching the VMs, which run on. */
  close(): Promise<void>;
}

interface Running {
  metadata: MetadataServer;
  timers: Set<Timer>;
  limit?: RunLimit;
}

const SPOT_SHUTDOWN_MS = 30_000;
const STANDARD_SHUTDOWN_MS = 120_000;
const LIVENESS_MS = 1000;

export function createVmPower(options: VmPowerOptions): VmPower {
  const { store, clock, log, identityKey } = options;
  const running = new Map<string, Running>();
  let isClosed = false;
  const folderOf = (vmId: string): string => join(options.vmsFolder, vmId);

  const serveMetadata = async (vm: StoredVm): Promise<Running> => {
    const metadata = await options.startMetadata({
      port: vm.metadataPort,
      clock,
      log,
      vm: () => describedVm(vm.id),
      token: () => options.auth.vmToken(vm.name),
      ...(identityKey && {
        identity: (asked) => identityKey.sign(claimsOf(vm, asked, options.project, clock.now())),
      }),
    });
    if (isClosed || !store.vms.has(vm.id)) {
      await metadata.close();
      throw new Error('the VM is gone');
    }
    const entry: Running = { metadata, timers: new Set() };
    running.set(vm.id, entry);
    return entry;
  };

  const bootDisksOf = (vm: StoredVm): DiskRecord[] => disksGoingWith(store, vm, ({ boot }) => boot);

  const describedVm = (vmId: string): DescribedVm | undefined => {
    const vm = store.vms.get(vmId);
    if (!vm) return undefined;
    const serviceAccounts = vm.serviceAccounts.map((each) => ({ ...each, email: emailOf(each.email) }));
    const attributes = store.metadata(vmId);
    const [disk] = bootDisksOf(vm);
    const image = disk && imageNameOf(disk);
    return { ...vm, serviceAccounts, attributes, image, projectId: options.project, projectNumber: PROJECT_NUMBER };
  };

  const after = (entry: Running, delayMs: number, act: () => void): void => {
    const timer = clock.after(delayMs, () => {
      entry.timers.delete(timer);
      if (!isClosed) act();
    });
    entry.timers.add(timer);
  };

  const limitRun = (entry: Running, vm: StoredVm, { startedAt, ranMs }: { startedAt: number; ranMs: number }): void => {
    const { maxRunSeconds } = vm.scheduling;
    if (maxRunSeconds === undefined) return;
    entry.limit = startRunLimit({
      clock,
      limitMs: maxRunSeconds * 1000,
      ranMs,
      ran: (nowRanMs) => options.ran(vm.id, nowRanMs),
      over: () => options.expired(vm.id, startedAt),
    });
  };

  /** An adopted process is not a child of this one, so that its end must be polled. */
  const watch = (entry: Running, vm: StoredVm, mainProcess: MainProcess): void =>
    after(entry, LIVENESS_MS, () => {
      if (running.get(vm.id) !== entry) return;
      if (isMainProcessAlive(mainProcess)) watch(entry, vm, mainProcess);
      else options.ended(vm.id);
    });

  const release = async (vmId: string): Promise<void> => {
    const entry = running.get(vmId);
    running.delete(vmId);
    entry?.timers.forEach((timer) => timer.cancel());
    entry?.limit?.cancel();
    await entry?.metadata.close();
  };

  const imageOf = (vm: StoredVm): Pick<VmToRun, 'image'> => {
    const { imageId } = bootDisksOf(vm)[0] ?? {};
    return imageId === undefined ? {} : { image: options.imageFolderOf(imageId) };
  };

  const toRun = (vm: StoredVm, metadataPort: number): VmToRun => ({
    vmId: vm.id,
    mark: markOf(vm.id, options.folderId),
    folder: folderOf(vm.id),
    metadataPort,
    metadata: store.metadata(vm.id),
    ...imageOf(vm),
  });

  const shutDown = async (vm: StoredVm): Promise<void> => options.runner.shutDown(toRun(vm, vm.metadataPort));

  const off = async (vm: StoredVm): Promise<void> => {
    const { folderId } = options;
    const left = await powerOff({ vmId: vm.id, folderId, folder: folderOf(vm.id), mainProcess: vm.mainProcess });
    if (left.length > 0) log('ERROR', 'processes outlive their VM', { vm: vm.name, pids: left.join(' ') });
    await release(vm.id);
  };

  return {
    async on(vmId, startedAt) {
      const vm = store.vms.get(vmId);
      if (!vm) throw new Error('the VM is gone');
      const entry = await serveMetadata(vm);
      const metadataPort = entry.metadata.port;
      try {
        const mainProcess = await options.runner.start(toRun(vm, metadataPort), () => isClosed || options.ended(vmId));
        limitRun(entry, vm, { startedAt, ranMs: 0 });
        return { mainProcess: { ...mainProcess, folderId: options.folderId }, metadataPort };
      } catch (error) {
        await release(vmId);
        throw error;
      }
    },

    async adopt(vm) {
      if (!vm.mainProcess || !isMainProcessAlive(vm.mainProcess)) return false;
      const entry = await serveMetadata(vm);
      if (entry.metadata.port !== vm.metadataPort) {
        log('ERROR', 'the metadata port of a VM was taken meanwhile', { vm: vm.name, port: vm.metadataPort });
      }
      const ranMs = vm.ran?.ms ?? 0;
      limitRun(entry, vm, { startedAt: vm.startedAt ?? 0, ranMs });
      if (entry.limit) options.ran(vm.id, ranMs); // it counts from now on: the planned end has moved
      watch(entry, vm, vm.mainProcess);
      return true;
    },

    isOn: (vm) => vm.mainProcess !== undefined && isMainProcessAlive(vm.mainProcess),

    async shutDown(vm) {
      const entry = running.get(vm.id);
      if (entry) {
        const limitMs = vm.scheduling.provisioningModel === 'SPOT' ? SPOT_SHUTDOWN_MS : STANDARD_SHUTDOWN_MS;
        const limit = new Promise<void>((resolve) => after(entry, limitMs, resolve));
        await Promise.race([shutDown(vm), limit]).catch((error: unknown) =>
          log('ERROR', 'a VM could not be shut down', { vm: vm.name, cause: String(error) }),
        );
      }
      if (!isClosed) await off(vm);
    },

    off,

    metadataChanged: (vmId) => running.get(vmId)?.metadata.changed(),

    async close() {
      isClosed = true;
      for (const [vmId, { limit }] of running) if (limit) options.ran(vmId, limit.ranMs());
      await Promise.all([...running.keys()].map(release));
    },
  };
}
