// Awaits the removal of a document by the deployment.
import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../core/interruption';
import type { Deployment } from '../deployment/connect';
import { whileConnected } from '../deployment/reconnect';
import type { DocumentReader } from '../google/documents';

/** The removal of a run with very many objects takes longer, and continues without the client. */
const REMOVAL_MS = 120_000;

/** `live`: the document became active again before the request arrived, which is then refused. */
export type RemovalEnd = 'removed' | 'live' | 'late' | 'interrupted';

export interface DocumentRemovalOptions<D> {
  deployment: Deployment;
  watch: DocumentReader<D>['watch'];
  id: string;
  /** Whether the request is refused in this state. */
  isRefused(document: D): boolean;
  interrupted: AbortSignal;
  removalMs?: number | undefined;
}

/** Rejects if the local cloud is lost. May be called again. */
export async function awaitDocumentRemoval<D>(options: DocumentRemovalOptions<D>): Promise<RemovalEnd> {
  const { deployment, id, interrupted, removalMs = REMOVAL_MS } = options;
  const waiting = new AbortController();
  let unsubscribe: (() => void) | undefined;
  const ended = new Promise<RemovalEnd>((resolve, reject) => {
    unsubscribe = options.watch(
      id,
      (document) => {
        if (!document) resolve('removed');
        else if (options.isRefused(document)) resolve('live');
      },
      reject,
    );
    void delay(removalMs, undefined, { signal: waiting.signal }).then(
      () => resolve('late'),
      () => undefined,
    );
  });
  try {
    return await whileConnected(deployment, untilAborted(interrupted, ended));
  } catch (error) {
    if (interrupted.aborted) return 'interrupted';
    throw error;
  } finally {
    waiting.abort();
    unsubscribe?.();
  }
}
