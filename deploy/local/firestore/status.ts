// The errors that a caller sees: gRPC status codes, used as Google uses them.
import { status } from '@grpc/grpc-js';

/** Ends a call with `code`; grpc-js reads code and message from the error. */
export class StatusError extends Error {
  constructor(
    readonly code: status,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const invalidArgument = (message: string): StatusError => new StatusError(status.INVALID_ARGUMENT, message);

export const unimplemented = (what: string): StatusError =>
  new StatusError(status.UNIMPLEMENTED, `${what} is not implemented by the local Firestore`);
