// How a VM runs. Here it is a process group (vm-process.ts); test/real-vm/ has another way.
import type { MainProcess, StoredMetadata } from './records';

export interface VmRunner {
  /**
   * Switches the VM on. Its main process carries the VM's mark in its environment (process-table.ts), by which the power is cut.
   * `ended` is called when that process has ended.
   */
  start(vm: VmToRun, ended: () => void): Promise<Omit<MainProcess, 'folderId'>>;
  /**
   * Tells the system of the VM to go down, and resolves when it has. The caller cuts the power where that takes longer than
   * Google waits.
   */
  shutDown(vm: VmToRun): Promise<void>;
  /**
   * Copies the disk of a VM that is off from `folder` to `image`, a new and empty folder, for VMs that start from it. Absent: VMs
   * have no disks of their own, so no image can be made of one.
   */
  keepImage?(folder: string, image: string): Promise<void>;
}

export interface VmToRun {
  vmId: string;
  /** The value of VM_MARK in the environment of the VM's processes. */
  mark: string;
  /** The VM's own folder, the content of its boot disk. */
  folder: string;
  /** The folder of the image that its disk is made of, if `keepImage` has made that. */
  image?: string;
  metadataPort: number;
  metadata: StoredMetadata;
}
