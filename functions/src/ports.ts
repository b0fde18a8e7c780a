// What the functions need of Google, as interfaces: google/ implements them on the libraries, tests in memory.
// Everything environmental reaches a handler through Context.
import type {
  Attempt,
  Canary,
  CanaryMessage,
  DeadLetter,
  EventDocument,
  Limit,
  RemovedDocument,
  Request,
  RunState,
  StoredDeadLetter,
  Suspect,
  SweepPlan,
  SweepReport,
} from '@mymlops/protocol';
import type { VmOperation } from './engine/vm/stop-cause';
import type { Claims } from './engine/vm/identity';
import type { InstanceBody, VmSettings } from './engine/vm/insert-body';
import type { Offers } from './engine/vm/placement';
import type { Stockouts } from './engine/vm/stocked-out-zones';

/** A run as stored, with the update time that a later write is conditioned on. */
export interface StoredRun {
  run: string;
  state: RunState;
  version: string;
  /** ISO 8601, by Firestore's clock. */
  updatedAt?: string;
}

/** An event document and its id. */
export interface Audit {
  id: string;
  document: EventDocument;
}

/** `limits/{scope}` as stored; `limit` and `version` are undefined where there is none yet. */
export interface StoredLimit {
  scope: string;
  limit?: Limit;
  version?: string;
}

export interface LimitChange {
  stored: StoredLimit;
  limit: Limit;
}

/** Written in one commit with a run. */
export interface Beside {
  /** A report's event document; one that exists already is left as it is. */
  audit?: Audit;
  /** Attempts that leave the run's document, by number. */
  moved?: Record<string, Attempt>;
  /** Limits as they were read, and as they become: the commit fails where one was changed meanwhile. */
  limits?: LimitChange[];
}

/** Firestore: the run history. */
export interface Runs {
  load(run: string): Promise<StoredRun | undefined>;
  /** Creates the document. `exists`: there is one. `removed`: there was one, and it must not come again. */
  create(run: string, state: RunState): Promise<'created' | 'exists' | 'removed'>;
  /** Deletes what lies under the document, in pages. May be called again. */
  removeBelow(run: string): Promise<void>;
  /** Deletes exactly `stored` and leaves `tombstone`, in one commit; false where the document has changed or is gone. */
  remove(stored: StoredRun, tombstone: RemovedDocument): Promise<boolean>;
  /** Whether the run was there and was removed. */
  isRemoved(run: string): Promise<boolean>;
  /** Writes over exactly `stored`, and what belongs to it in the same commit; false where somebody was faster. */
  update(stored: StoredRun, state: RunState, beside?: Beside): Promise<boolean>;
  /** Every run with `live == true`, in pages. */
  live(): AsyncIterable<StoredRun>;
  /** Whether there is any run with `live == true`. */
  hasLive(): Promise<boolean>;
  /** Ended runs whose retention is over at `at` (ISO 8601); some of them where there are many. */
  expired(at: string): Promise<string[]>;
  loadLimit(scope: string): Promise<StoredLimit>;
  /** Every limit. */
  limits(): Promise<StoredLimit[]>;
  /** Writes over exactly what was read; false where somebody was faster. */
  writeLimit(change: LimitChange): Promise<boolean>;
  canary(): Promise<Canary | undefined>;
  writeCanary(canary: Canary): Promise<void>;
}

/** Firestore: what the sweep keeps between two of its kind. */
export interface Sweeps {
  last(): Promise<SweepReport | undefined>;
  /** Overwrites `sweeps/last`; `isKept`: and adds a dated one. */
  write(report: SweepReport, isKept: boolean): Promise<void>;
  writePlan(id: string, plan: SweepPlan): Promise<void>;
  suspects(): Promise<Suspect[]>;
  loadSuspect(id: string): Promise<Suspect | undefined>;
  /** The earliest mark stays. */
  markSuspect(suspect: Suspect): Promise<void>;
  dropSuspect(id: string): Promise<void>;
  writeDeadLetter(id: string, letter: DeadLetter): Promise<void>;
  /** Those that were drained after `since` (ISO 8601), a hundred at most. */
  deadLetters(since: string): Promise<StoredDeadLetter[]>;
}

export interface CloudVm {
  name: string;
  zone: string;
  id: string;
  status: string;
  labels: Record<string, string>;
  maxRunDurationSeconds?: number;
  terminationAction?: string;
  /** When it was switched on last (ISO 8601, UTC); absent before its first start. */
  lastStartAt?: string;
}

/** Google ends the VM so long after each start. */
export interface TimeLimit {
  maxRunDurationSeconds: number;
  terminationAction: 'STOP' | 'DELETE';
}

export interface CloudDisk {
  id: string;
  name: string;
  zone: string;
  labels: Record<string, string>;
  inUse: boolean;
}

/** What a zone must offer. */
export interface Machine {
  machineType: string;
  accelerator?: string;
}

/** How an insert, or its operation, failed. */
export interface CloudFailure {
  code: string;
  message: string;
  /** Zones that Compute Engine names as having capacity, best first. */
  zonesAvailable?: string[];
}

/** A call on a VM: accepted, or refused at once; undefined where there is no such VM. */
export type CloudAnswer = { operation: string } | { refused: CloudFailure } | undefined;

export type OperationState = { done: false } | { done: true; failure?: CloudFailure };

/** A zone that was not listed, or not in full: what the list shows of it is there, and what it does not show may be. */
export interface ListGap {
  zone: string;
  cause: string;
}

/** The watching half of Compute Engine: all that the sweep may do. */
export interface CloudView {
  get(zone: string, name: string): Promise<CloudVm | undefined>;
  getDisk(zone: string, name: string): Promise<CloudDisk | undefined>;
  /** VMs and disks that carry the deployment's label, in all zones but those of `gaps`. */
  list(): Promise<{ vms: CloudVm[]; disks: CloudDisk[]; gaps: ListGap[] }>;
  /** What was done to the VM of that name, in no order; Compute Engine keeps it for weeks. */
  operationsOn(zone: string, name: string): Promise<VmOperation[]>;
}

/** The acting half. Every call may be made again: "exists" and "not found" are answers, not errors. */
export interface Cloud extends CloudView {
  /** Where the machine is to be had. May be minutes old. */
  offers(machine: Machine): Promise<Offers>;
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
  /**
   * Starts a VM that is off; one that is on stays as it is. A stock-out comes from the operation, mostly. The same request id
   * again is the same start, though the VM has been stopped since.
   */
  start(zone: string, name: string, requestId: string): Promise<CloudAnswer>;
  /**
   * Stops a VM: its shutdown script runs, its disks stay. The operation, or undefined where there is no such VM.
   * `discardLocalSsd`: Google refuses to stop a VM with local SSDs unless what is on them may be lost.
   */
  stop(
    zone: string,
    name: string,
    options: { requestId: string; discardLocalSsd?: boolean },
  ): Promise<string | undefined>;
  /** Another time limit, from the next start on. Google refuses it for a VM that is not TERMINATED. */
  setScheduling(zone: string, name: string, limit: TimeLimit): Promise<CloudAnswer>;
  /**
   * Sets metadata values of a VM, running or not; keys that are not named keep theirs. Returns when Google has done it; false
   * where there is no such VM, or it is not the one that `isOurs` knows.
   */
  setMetadata(
    zone: string,
    name: string,
    isOurs: (vm: CloudVm) => boolean,
    values: Record<string, string>,
  ): Promise<boolean>;
}

/** Cloud Storage: the bucket of the deployment. */
export interface Results {
  /** The object's text; one over `limitBytes` is not read. */
  read(object: string, limitBytes: number): Promise<{ text: string } | 'absent' | 'too-large'>;
  /** Writes over what is there. */
  write(object: string, text: string): Promise<void>;
  /** Deletes every object whose name begins with `prefix`, in pages. May be called again. */
  removeAll(prefix: string): Promise<void>;
  /** False where there is an object of that name, which stays as it is. */
  create(object: string, text: string): Promise<boolean>;
  /** Names of the objects that begin with `prefix`, in their order. */
  list(prefix: string): Promise<string[]>;
  /** When the newest object below `prefix` was written, by the bucket's clock; undefined where there is none. */
  newest(prefix: string): Promise<string | undefined>;
}

/** A message that was delivered too often, as its dead-letter subscription has it. */
export interface DeadMessage {
  ackId: string;
  id: string;
  /** When the message itself was published, not when it died. */
  publishedAt: string;
  text: string;
  attributes: Record<string, string>;
}

export type DeadTopic = 'requests' | 'events';

/** Pub/Sub. */
export interface Bus {
  /** At most `max` of those that wait; each comes again later unless it is acknowledged. */
  pullDead(topic: DeadTopic, max: number): Promise<DeadMessage[]>;
  acknowledgeDead(topic: DeadTopic, ackIds: string[]): Promise<void>;
  /** Publishes to the requests topic; returns when Pub/Sub has it. */
  ask(request: Request): Promise<void>;
  /** Publishes to the events topic what the sweep wants to come through. */
  sendCanary(canary: CanaryMessage): Promise<void>;
}

/** Identity tokens of VMs. */
export interface Tokens {
  /**
   * What a token says, if its issuer signed it and it was valid at `at` (ISO 8601); undefined for any other text. Whom it
   * speaks for is for the caller to compare. Throws where the issuer's certificates cannot be had.
   */
  verify(token: string, at: string): Promise<Claims | undefined>;
}

export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields?: Record<string, string | number | boolean | undefined>,
) => void;

export interface Context {
  runs: Runs;
  sweeps: Sweeps;
  cloud: Cloud;
  results: Results;
  bus: Bus;
  tokens: Tokens;
  vm: VmSettings;
  /** How many runs of the deployment may have a VM at the same time. */
  maxParallel: number;
  /** How long a VM or disk that nothing explains is left alone. */
  suspectSeconds: number;
  /** Which zones were found dry lately, by any run of this process: a hint, lost with it. */
  stockouts: Stockouts;
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long this process has been awake without a break (wakefulness.ts). */
  awakeMs(): number;
  /** A new name for this invocation: intents carry it. */
  newActor(): string;
  log: Log;
}
