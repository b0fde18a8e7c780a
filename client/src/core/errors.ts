// The one error that is shown without a stack.
import { EXIT } from './exit-codes';

/** Something the user can mend: one sentence that names the fix, and the exit code. */
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
