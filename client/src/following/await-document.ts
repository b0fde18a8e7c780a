// Watches a document until it is in a state that a command waits for.
import type { Deployment } from '../deployment/connect';
import type { DocumentReader } from '../google/documents';

const LOSS_POLL_MS = 2_000;

export type Awaited<T> = { why: 'reached'; result: T } | { why: 'interrupted' | 'late' | 'local-cloud-lost' };

export interface AwaitOptions<D, T> {
  deployment: Pick<Deployment, 'isLost'>;
  watch: DocumentReader<D>['watch'];
  id: string;
  interrupted: AbortSignal;
  /** Ends the waiting: by default nothing does. */
  limit?: AbortSignal | undefined;
  /** The result that ends the waiting, or undefined. An error that it throws ends it, too. */
  reached(document: D | null): T | undefined;
}

/** Resolves with the first of: reached, interrupted, the limit over, local cloud gone. May be called again. */
export async function awaitDocument<D, T>(options: AwaitOptions<D, T>): Promise<Awaited<T>> {
  const { deployment, interrupted, limit, reached } = options;
  const cleanUps: (() => void)[] = [];
  const onAbort = (signal: AbortSignal | undefined, listener: () => void): void => {
    if (signal?.aborted) listener();
    signal?.addEventListener('abort', listener);
    cleanUps.push(() => signal?.removeEventListener('abort', listener));
  };
  try {
    return await new Promise<Awaited<T>>((resolve, reject) => {
      onAbort(interrupted, () => resolve({ why: 'interrupted' }));
      onAbort(limit, () => resolve({ why: 'late' }));
      const polling = setInterval(() => {
        if (deployment.isLost()) resolve({ why: 'local-cloud-lost' });
      }, LOSS_POLL_MS);
      cleanUps.push(() => clearInterval(polling));
      const stopWatching = options.watch(
        options.id,
        (document) => {
          try {
            const result = reached(document);
            if (result !== undefined) resolve({ why: 'reached', result });
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        (error) => (deployment.isLost() ? resolve({ why: 'local-cloud-lost' }) : reject(error)),
      );
      cleanUps.push(stopWatching);
    });
  } finally {
    for (const cleanUp of cleanUps) cleanUp();
  }
}
