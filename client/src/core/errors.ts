// The only error that is shown without a stack.
import { EXIT } from './exit-codes';

/** A problem that the user can solve: its message says what is wrong and what to do. Carries the exit code. */
export class ExpectedError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.error,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ExpectedError';
  }
}
