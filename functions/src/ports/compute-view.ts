// Compute Engine: what it shows, which is all that the sweep may ask of it.
import type { VmOperation } from '../engine/vm/stop-cause';

export interface CloudVm {
  name: string;
  zone: string;
  id: string;
  status: string;
  labels: Record<string, string>;
  machineType?: string;
  maxRunDurationSeconds?: number;
  terminationAction?: string;
  /** When it was switched on last (ISO 8601, UTC); absent before its first start. */
  lastStartAt?: string;
}

export interface CloudDisk {
  id: string;
  name: string;
  zone: string;
  labels: Record<string, string>;
  inUse: boolean;
  sizeGb?: number;
}

/** A zone that was not listed, or not in full: what the list shows of it exists, and what it does not show may exist. */
export interface ListGap {
  zone: string;
  cause: string;
}

export interface ComputeView {
  get(zone: string, name: string): Promise<CloudVm | undefined>;
  getDisk(zone: string, name: string): Promise<CloudDisk | undefined>;
  /** VMs and disks that carry the deployment's label, in all zones but those of `gaps`. */
  list(): Promise<{ vms: CloudVm[]; disks: CloudDisk[]; gaps: ListGap[] }>;
  /** Operations on the VM of that name, in no order; Compute Engine keeps them for weeks. */
  operationsOn(zone: string, name: string): Promise<VmOperation[]>;
}
