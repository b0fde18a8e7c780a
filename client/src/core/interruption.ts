// Waiting that ends at Ctrl-C.
import { untilFailure } from '@mymlops/google';

/** `promise`, or as soon as `signal` aborts a rejection with its reason. What was waited for goes on by itself. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return untilFailure(promise, (fail) => {
    const onAbort = (): void => fail(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    return () => signal.removeEventListener('abort', onAbort);
  });
}
