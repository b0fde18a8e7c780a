// How Compute Engine answers a call, and how the operation that the call began ends.

/** How a call, or its operation, failed. */
export interface CloudFailure {
  code: string;
  message: string;
  /** That of the call, or of its operation. */
  httpStatus?: number;
  /** Zones that Compute Engine names as having capacity, best first. */
  zonesAvailable?: string[];
}

/** A call on a VM: accepted, or refused at once; undefined if the VM does not exist. */
export type CloudAnswer = { operation: string } | { refused: CloudFailure } | undefined;

export type OperationState = { done: false } | { done: true; failure?: CloudFailure };
