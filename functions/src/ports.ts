// What the functions need of Google, as interfaces: google/ implements them on the libraries, tests in memory.
// Everything environmental reaches a handler through Context.
import type { EventDocument, RemovedDocument, Request, RunState } from '@mymlops/protocol';
import type { InstanceBody, VmSettings } from './engine/instance-body';

/** A run as stored, with the update time that a later write is conditioned on. */
export interface StoredRun {
  run: string;
  state: RunState;
  version: string;
}

/** An event document and its id. */
export interface Audit {
  id: string;
  document: EventDocument;
}

/** Firestore: the run history. */
export interface Runs {
  load(run: string): Promise<StoredRun | undefined>;
  /** Creates the document. `exists`: there is one. `removed`: there was one, and it must not come again. */
  create(run: string, state: RunState): Promise<'created' | 'exists' | 'removed'>;
  /**
   * Writes over exactly `stored`; false where somebody was faster. `audit` adds a report's event document in the same
   * commit; one that exists already is left as it is.
   */
  update(stored: StoredRun, state: RunState, audit?: Audit): Promise<boolean>;
  /** Deletes what lies under the document, in pages. May be called again. */
  removeBelow(run: string): Promise<void>;
  /** Deletes exactly `stored` and leaves `tombstone`, in one commit; false where the document has changed or is gone. */
  remove(stored: StoredRun, tombstone: RemovedDocument): Promise<boolean>;
  /** Whether the run was there and was removed. */
  isRemoved(run: string): Promise<boolean>;
  /** Every run with `live == true`, in pages. */
  live(): AsyncIterable<StoredRun>;
  writeSweepReport(report: object): Promise<void>;
}

export interface CloudVm {
  name: string;
  zone: string;
  id: string;
  status: string;
  labels: Record<string, string>;
  maxRunDurationSeconds?: number;
  terminationAction?: string;
}

export interface CloudDisk {
  name: string;
  zone: string;
  labels: Record<string, string>;
  inUse: boolean;
}

/** How an insert, or its operation, failed. */
export interface CloudFailure {
  code: string;
  message: string;
}

export type OperationState = { done: false } | { done: true; failure?: CloudFailure };

/** The watching half of Compute Engine: all that the sweep may do. */
export interface CloudView {
  get(zone: string, name: string): Promise<CloudVm | undefined>;
  getDisk(zone: string, name: string): Promise<CloudDisk | undefined>;
  /** VMs and disks that carry the deployment's label, in all zones. Throws rather than leave a zone out. */
  list(): Promise<{ vms: CloudVm[]; disks: CloudDisk[] }>;
}

/** The acting half. Every call may be made again: "exists" and "not found" are answers, not errors. */
export interface Cloud extends CloudView {
  zones(): Promise<string[]>;
  /** `exists`: a VM of that name is there already. `refused`: Google said no at once. */
  insert(
    zone: string,
    requestId: string,
    body: InstanceBody,
  ): Promise<{ operation: string; instanceId?: string } | { exists: true } | { refused: CloudFailure }>;
  /** Waits up to `seconds` for an operation to be done. */
  awaitOperation(zone: string, operation: string, seconds: number): Promise<OperationState>;
  /** The operation that deletes the VM, or undefined where there is none to delete. */
  delete(zone: string, name: string): Promise<string | undefined>;
  deleteDisk(zone: string, name: string): Promise<string | undefined>;
  /** Sets one metadata value of a running VM; false where there is no such VM. */
  setMetadata(zone: string, name: string, key: string, value: string): Promise<boolean>;
}

/** Cloud Storage: the bucket of the deployment. */
export interface Results {
  /** The object's text; one over `limitBytes` is not read. */
  read(object: string, limitBytes: number): Promise<{ text: string } | 'absent' | 'too-large'>;
  /** Writes over what is there. */
  write(object: string, text: string): Promise<void>;
  /** Deletes every object whose name begins with `prefix`, in pages. May be called again. */
  removeAll(prefix: string): Promise<void>;
}

/** Pub/Sub. */
export interface Bus {
  /** Publishes to the requests topic; returns when Pub/Sub has it. */
  ask(request: Request): Promise<void>;
}

export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields?: Record<string, string | number | boolean | undefined>,
) => void;

export interface Context {
  runs: Runs;
  cloud: Cloud;
  results: Results;
  bus: Bus;
  vm: VmSettings;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A new name for this invocation: intents carry it. */
  newActor(): string;
  log: Log;
}
