// The records of the Compute stand-in. They are never changed in place: the store replaces them.

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
  /** Made with the VM: a failed insert removes it. False for a disk that existed already. */
  made: boolean;
}

/** The startup script, whose end switches the VM off. The identity tells it from a later process of the same pid. */
export interface MainProcess {
  pid: number;
  identity: string;
  /** Identity of the folder with the records. Absent in those of earlier versions. */
  folderId?: string;
}

export interface StoredVm {
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
  /** How much of its maxRunDuration the VM has used, and when that was written. */
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
  mainProcess?: MainProcess;
  /** The insert lacked a right that Google asks for only while the operation is under way: it ends with this error. */
  denied?: OperationFault;
  /** 0 before the first start. Stays the same over a restart of the local cloud: running VMs have it in their environment. */
  metadataPort: number;
}

/** Metadata by key; not in the record, which is written at every change of status. */
export type StoredMetadata = Readonly<Record<string, string>>;

export interface DiskRecord {
  id: string;
  name: string;
  zone: string;
  sizeGb: number;
  type: string;
  /** Path of an image, or of a snapshot. */
  sourceImage: string;
  /** Id of the image, if it is one of the project's own. It may be gone. */
  imageId?: string;
  labels: Labels;
  createdAt: number;
  /** Id of the VM whose folder is the content of this disk; only boot disks have content. */
  folder?: string;
}

export interface ImageRecord {
  id: string;
  name: string;
  family: string | undefined;
  description: string;
  labels: Labels;
  status: 'PENDING' | 'READY' | 'FAILED' | 'DELETING';
  /** The disk may be gone. */
  sourceDisk: { id: string; zone: string; name: string };
  /** That of the disk: a smaller one cannot be made of it. */
  sizeGb: number;
  createdAt: number;
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
  /** Empty where the resource belongs to no zone. */
  zone: string;
  target: { id: string; collection: 'instances' | 'disks' | 'images'; name: string };
  status: 'PENDING' | 'RUNNING' | 'DONE';
  requestId?: string;
  insertedAt: number;
  startedAt?: number;
  endedAt?: number;
  /** The error that it ends with; shown only when it is DONE. */
  fault?: OperationFault;
}
