// The part of the port that is about Compute Engine's VMs, disks and images.
import type { Answer } from './answer';

export interface Vm {
  name: string;
  zone: string;
  /** Such as RUNNING, STOPPING or TERMINATED. */
  status: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances */
export interface Vms {
  /** In every zone, those that are stopped too. */
  withLabel(key: string, value: string): Promise<Answer<Vm[]>>;
  /** Begins to delete it, and its boot disk. One that is gone is deleted. May be called twice. */
  remove(vm: Pick<Vm, 'name' | 'zone'>): Promise<Answer<void>>;
}

export interface Disk {
  name: string;
  zone: string;
  /** A VM has it. */
  isInUse: boolean;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks */
export interface Disks {
  /** In every zone, those that a VM has too. */
  withLabel(key: string, value: string): Promise<Answer<Disk[]>>;
  /** Begins to delete it. Refused with 400 while a VM has it. One that is gone is deleted. May be called twice. */
  remove(disk: Pick<Disk, 'name' | 'zone'>): Promise<Answer<void>>;
}

export interface Image {
  name: string;
  /** PENDING, READY, FAILED or DELETING. */
  status: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/images */
export interface Images {
  /** Also those that Google still makes or deletes. */
  withLabel(key: string, value: string): Promise<Answer<Image[]>>;
  /** Begins to delete it. Refused with 400 while Google still makes it. One that is gone is deleted. May be called twice. */
  remove(name: string): Promise<Answer<void>>;
}
