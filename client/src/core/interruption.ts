// Waiting that Ctrl-C ends.
import { untilFailure } from '@mymlops/google';

/** Settles like `promise`, or rejects with the reason of `signal` as soon as that aborts. The work itself continues. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return untilFailure(promise, (fail) => {
    const onAbort = (): void => fail(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    return () => signal.removeEventListener('abort', onAbort);
  });
}
