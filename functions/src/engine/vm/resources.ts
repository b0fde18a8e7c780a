// The resources that a document needs: each of its VMs on, off or absent, each of its disks kept or absent. Sweep, orphan
// rule, deletion and `doctor` read only this.
import type { VmRecord } from '@mymlops/protocol';

/** Number of a VM among those of its document: for a run, of the attempt. */
export interface WantedVm {
  number: number;
  vm: VmRecord;
  wanted: 'on' | 'off' | 'absent';
}

/** A boot disk has the name and the zone of its VM. `kept`: also when the VM is gone. */
export interface WantedDisk {
  number: number;
  name: string;
  zone: string;
  wanted: 'kept' | 'absent';
}

export interface Resources {
  vms: WantedVm[];
  disks: WantedDisk[];
}

/** With a disk for each VM, which is kept for as long as the VM is needed, on or off. */
export const withDisks = (vms: WantedVm[]): Resources => ({
  vms,
  disks: vms.map(({ number, vm: { name, zone }, wanted }) => ({
    number,
    name,
    zone,
    wanted: wanted === 'absent' ? 'absent' : 'kept',
  })),
});

/** Effects that any VM may need, whatever it belongs to. */
export const VM_EFFECT_NAMES = [
  'insert',
  'start',
  'await-start',
  'verify-time-limit',
  'check-liveness',
  'stop',
  'fence',
  'delete',
  'delete-disk',
] as const;

export interface VmStep {
  effect: (typeof VM_EFFECT_NAMES)[number];
  vm: number;
}
