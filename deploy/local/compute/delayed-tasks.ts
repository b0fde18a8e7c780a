// Work that outlives its call: for each resource one task after the other, with pauses, and with writes that are retried while
// the disk is full. It ends with the service.
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import type { Operations } from './operations';

export interface DelayedTasks {
  /** Runs `task` after all earlier ones of this resource. If it throws, its operation ends with an internal error. */
  enqueue(resourceId: string, operationId: string | undefined, task: () => Promise<void>): void;
  pause(delayMs: number): Promise<void>;
  /**
   * Calls `write` until the journal takes it: a full disk is full for a while, and a task that gave up would leave its VM
   * running for good.
   */
  written(write: () => void): Promise<void>;
  isClosed(): boolean;
  /** Ends all pauses and retries for good; errors of tasks that are still running are ignored. */
  close(): void;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

export function createDelayedTasks(operations: Operations, clock: Clock, log: Log): DelayedTasks {
  const tails = new Map<string, Promise<void>>();
  let isClosed = false;

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(delayMs, () => {
        if (!isClosed) resolve();
      });
    });

  const written = async (write: () => void): Promise<void> => {
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
      try {
        return write();
      } catch (error) {
        if (!isClosed) log('ERROR', 'state not written, trying again', { cause: String(error), delayMs });
      }
      await pause(delayMs);
    }
  };

  const run = async (operationId: string | undefined, task: () => Promise<void>): Promise<void> => {
    if (isClosed) return;
    try {
      await task();
    } catch (error) {
      if (isClosed) return;
      log('ERROR', 'task failed', { cause: String(error), operation: operationId ?? '' });
      const fault = { code: 'INTERNAL_ERROR', message: String(error), httpStatus: 500 };
      if (operationId !== undefined) await written(() => operations.finish(operationId, fault));
    }
  };

  return {
    enqueue(resourceId, operationId, task) {
      const tail = (tails.get(resourceId) ?? Promise.resolve())
        .then(() => run(operationId, task))
        .finally(() => {
          if (tails.get(resourceId) === tail) tails.delete(resourceId);
        });
      tails.set(resourceId, tail);
    },
    pause,
    written,
    isClosed: () => isClosed,
    close() {
      isClosed = true;
    },
  };
}
