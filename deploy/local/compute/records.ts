// What the Compute stand-in remembers. Records are never changed in place: the store replaces them.

export type VmStatus = 'PROVISIONING' | 'STAGING' | 'RUNNING' | 'STOPPING' | 'TERMINATED';
export type TerminationAction = 'STOP' | 'DELETE';
export type Labels = Readonly<Record<string, string>>;

export interface Scheduling {
  provisioningModel: 'SPOT' | 'STANDARD';
  instanceTerminationAction?: TerminationAction;
  maxRunSeconds?: number;
  automaticRestart: boolean;
  onHostMaintenance: 'MIGRATE' | 'TERMINATE';
  /** Whether what is on local SSDs is lost at the end of maxRunDuration. */
  discardLocalSsd?: boolean;
}

export interface AttachedDisk {
  /** Numeric id of the disk. */
  id: string;
  boot: boolean;
  autoDelete: boolean;
  deviceName: string;
  /** Made with the VM, so a failed insert removes it; false for one that lay there already. */
  made: boolean;
}

/** The process that is the machine. The identity tells it from a later process of the same pid. */
export interface Machine {
  pid: number;
  identity: string;
}

export interface VmRecord {
  /** Decimal, never used twice; names the VM's folder and marks its processes. */
  id: string;
  name: string;
  zone: string;
  description: string;
  machineType: string;
  status: VmStatus;
  /** Where STOPPING leads. */
  going?: TerminationAction;
  preempted: boolean;
  createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
  /** How much of its maxRunDuration was used up, and when that was noted. */
  ran?: { ms: number; at: number };
  labels: Labels;
  tags: readonly string[];
  scheduling: Scheduling;
  disks: readonly AttachedDisk[];
  networkInterfaces: readonly Record<string, unknown>[];
  serviceAccounts: readonly { email: string; scopes: readonly string[] }[];
  /** Attached by name only. Absent in records of earlier versions. */
  accelerators?: readonly { type: string; count: number }[];
  deletionProtection: boolean;
  machine?: Machine;
  /** 0 before the first start. Kept over a restart of the local cloud: a VM that lives on has it in its environment. */
  metadataPort: number;
}

/** Metadata by key; apart from the record, which is written at every change of status. */
export type VmMetadata = Readonly<Record<string, string>>;

export interface DiskRecord {
  id: string;
  name: string;
  zone: string;
  sizeGb: number;
  type: string;
  /** Path of an image, or of a snapshot. */
  sourceImage: string;
  labels: Labels;
  createdAt: number;
  /** Id of the VM whose folder is the content of this disk; only boot disks have content. */
  folder?: string;
}

/** An error of an operation, in Google's words. */
export interface OperationFault {
  code: string;
  message: string;
  errorDetails?: readonly unknown[];
  /** By default 503. */
  httpStatus?: number;
}

export interface OperationRecord {
  id: string;
  name: string;
  /** Grows: the order of the list. */
  sequence: number;
  /** `insert`, `delete`, `compute.instances.preempted`, ... */
  type: string;
  zone: string;
  target: { id: string; collection: 'instances' | 'disks'; name: string };
  status: 'PENDING' | 'RUNNING' | 'DONE';
  requestId?: string;
  insertedAt: number;
  startedAt?: number;
  endedAt?: number;
  /** How it ends; one that is decided at the call shows only then. */
  fault?: OperationFault;
}
