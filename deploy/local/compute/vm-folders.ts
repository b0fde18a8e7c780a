// The folders of VMs: the content of their boot disks. A folder lives as long as its disk.
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import { removeFolder } from './remove-folder';
import type { DiskRecord, StoredVm } from './records';
import type { ComputeStore } from './store';
import type { DelayedTasks } from './delayed-tasks';
import { clearTemporaryFolder, removeTemporaryFolder } from './temporary-folder';
import { vmsFolderOf } from './vms-folder';

export interface VmFolders {
  readonly path: string;
  /** Makes the folder of a VM that boots. A VM with a disk that existed already gets the contents of that disk. */
  prepare(vm: StoredVm): Promise<void>;
  remove(disks: readonly DiskRecord[]): Promise<void>;
  /** Removes folders without a disk (after a crash between the writes of record and folder). */
  sweep(): Promise<void>;
}

export function createVmFolders(folder: string, store: ComputeStore, tasks: DelayedTasks, log: Log): VmFolders {
  const path = vmsFolderOf(folder);

  const removeNamed = async (name: string): Promise<void> => {
    try {
      await removeTemporaryFolder(join(path, name));
      await removeFolder(join(path, name));
    } catch (error) {
      // The next start of the local cloud tries again; no call fails because of it.
      log('WARNING', 'the folder of a VM could not be removed', { folder: name, cause: String(error) });
    }
  };

  return {
    path,
    async prepare(vm) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const boot = store.disks.get(vm.disks.find((attached) => attached.boot)?.id ?? '');
      if (boot && boot.folder !== vm.id) {
        const before = join(path, boot.folder ?? 'none');
        await removeTemporaryFolder(before);
        if (existsSync(before)) renameSync(before, join(path, vm.id));
        // The folder has its new name already; until the record has it too, it would look like a folder without a disk.
        await tasks.written(() => store.write({ disk: { ...boot, folder: vm.id } }));
      }
      await mkdir(join(path, vm.id), { recursive: true, mode: 0o700 });
      await clearTemporaryFolder(join(path, vm.id));
    },
    async remove(disks) {
      await Promise.all(disks.flatMap(({ folder: name }) => (name === undefined ? [] : [removeNamed(name)])));
    },
    async sweep() {
      if (!existsSync(path)) return;
      const known = new Set([...store.vms.keys(), ...[...store.disks.values()].map((disk) => disk.folder)]);
      await Promise.all(
        readdirSync(path)
          .filter((name) => !known.has(name))
          .map(removeNamed),
      );
    },
  };
}
