// Work that outlives its call: tasks one after the other for each resource, and pauses that end for good with the service.
import type { Clock } from '../clock';
import type { Log } from '../log';
import type { Operations } from './operations';

export interface Tasks {
  /** Runs `task` after all earlier ones of this resource. If it throws, its operation ends with an internal error. */
  enqueue(resourceId: string, operationId: string | undefined, task: () => Promise<void>): void;
  pause(delayMs: number): Promise<void>;
  isClosed(): boolean;
  /** No pause ends any more; errors of tasks still under way are nobody's concern. */
  close(): void;
}

export function createTasks(operations: Operations, clock: Clock, log: Log): Tasks {
  const tails = new Map<string, Promise<void>>();
  let isClosed = false;

  const run = async (operationId: string | undefined, task: () => Promise<void>): Promise<void> => {
    if (isClosed) return;
    try {
      await task();
    } catch (error) {
      if (isClosed) return;
      log('ERROR', 'task failed', { cause: String(error), operation: operationId ?? '' });
      const fault = { code: 'INTERNAL_ERROR', message: String(error), httpStatus: 500 };
      if (operationId !== undefined) operations.finish(operationId, fault);
    }
  };

  return {
    enqueue(resourceId, operationId, task) {
      const tail = (tails.get(resourceId) ?? Promise.resolve())
        .then(() => run(operationId, task))
        .catch((error: unknown) => log('ERROR', 'operation cannot be finished', { cause: String(error) }))
        .finally(() => {
          if (tails.get(resourceId) === tail) tails.delete(resourceId);
        });
      tails.set(resourceId, tail);
    },
    pause: (delayMs) =>
      new Promise((resolve) => {
        clock.after(delayMs, () => {
          if (!isClosed) resolve();
        });
      }),
    isClosed: () => isClosed,
    close() {
      isClosed = true;
    },
  };
}
