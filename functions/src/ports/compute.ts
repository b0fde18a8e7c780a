// Compute Engine: what changes VMs.
import type { TerminationAction } from '@mymlops/protocol';
import type { InsertBody } from '../engine/vm/insert-body';
import type { Offers } from '../engine/vm/zone-choice';
import type { CloudAnswer, CloudFailure, OperationState } from './cloud-answer';
import type { CloudVm, ComputeView } from './compute-view';
import type { Images } from './images';

/** Google ends the VM so long after each start. */
export interface TimeLimit {
  maxRunDurationSeconds: number;
  terminationAction: TerminationAction;
}

/** The machine type and accelerator that a zone must offer. */
export interface Machine {
  machineType: string;
  accelerator?: string;
}

/** Includes the view: whoever acts looks first. Every call may be made again: "exists" and "not found" are answers, no errors. */
export interface Compute extends ComputeView, Images {
  /** The zones in which the machine type is available. May be minutes old. */
  offers(machine: Machine): Promise<Offers>;
  /** `exists`: a VM of that name is there already. `refused`: Google said no at once. */
  insert(
    zone: string,
    requestId: string,
    body: InsertBody,
  ): Promise<{ operation: string; id?: string } | { exists: true } | { refused: CloudFailure }>;
  /** Waits up to `seconds` for an operation to be done. */
  awaitOperation(zone: string, operation: string, seconds: number): Promise<OperationState>;
  /** The operation that deletes the VM, or undefined if it does not exist. */
  delete(zone: string, name: string): Promise<string | undefined>;
  deleteDisk(zone: string, name: string): Promise<string | undefined>;
  /**
   * Starts a VM that is off; one that is on stays as it is. A stock-out comes from the operation, mostly. The same request id
   * again is the same start, though the VM has been stopped since.
   */
  start(zone: string, name: string, requestId: string): Promise<CloudAnswer>;
  /**
   * Stops a VM: its shutdown script runs, its disks stay. The operation, or undefined if the VM does not exist.
   * `discardLocalSsd`: Google refuses to stop a VM with local SSDs unless what is on them may be lost.
   */
  stop(
    zone: string,
    name: string,
    options: { requestId: string; discardLocalSsd?: boolean },
  ): Promise<string | undefined>;
  /** Another time limit, from the next start on. Google refuses it for a VM that is not TERMINATED. */
  setScheduling(zone: string, name: string, limit: TimeLimit): Promise<CloudAnswer>;
  /** Another machine type, from the next start on. Google refuses it for a VM that is not TERMINATED. */
  setMachineType(zone: string, name: string, machineType: string): Promise<CloudAnswer>;
  /** Google refuses a size that is not larger. */
  resizeDisk(zone: string, name: string, sizeGb: number): Promise<CloudAnswer>;
  /**
   * Sets metadata values of a VM, running or not; keys that are not named keep theirs. Returns when Google has done it; false
   * if the VM does not exist, or is not the one that `isOurs` knows.
   */
  setMetadata(
    zone: string,
    name: string,
    isOurs: (vm: CloudVm) => boolean,
    values: Record<string, string>,
  ): Promise<boolean>;
}
