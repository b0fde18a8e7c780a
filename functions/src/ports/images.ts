// Compute Engine's images: those that a deployment has built.
import type { ImageBody } from '../engine/image/image-body';
import type { CloudAnswer, OperationState } from './cloud-answer';

export interface CloudImage {
  name: string;
  /** `PENDING`, `READY`, `FAILED`, `DELETING`. */
  status: string;
  labels: Record<string, string>;
}

/** Every call may be made again: "exists" and "not found" are answers, no errors. */
export interface Images {
  getImage(name: string): Promise<CloudImage | undefined>;
  /** Makes one of a disk whose VM is off. The same request id again is the same call. Undefined: an image of that name exists. */
  createImage(body: ImageBody, requestId: string): Promise<CloudAnswer>;
  /** The operation that deletes it, or undefined if it does not exist. */
  deleteImage(name: string): Promise<string | undefined>;
  /** Waits up to `seconds` for an operation on an image to be done: it belongs to no zone. */
  awaitImage(operation: string, seconds: number): Promise<OperationState>;
}
