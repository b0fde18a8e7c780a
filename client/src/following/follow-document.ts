// Follows a document whose work ends: reports its states and its end decision, and returns when its VM is deleted.
import type { Deployment } from '../deployment/connect';
import type { DocumentReader } from '../google/documents';

/** The VM is deleted after the end decision. The client waits no longer than this for it. */
const CLEANING_MS = 120_000;
const LOSS_POLL_MS = 2_000;

/** The parts of a document that following reads. */
export interface FollowedDocument {
  /** The end decision. */
  end?: { status: string };
  /** Something may still need doing. */
  live: boolean;
}

export type FollowEnd<D> =
  | { why: 'cleaned' | 'ended' | 'not-cleaned' | 'removed'; document: D }
  | { why: 'interrupted' | 'local-cloud-lost'; document: D | null };

export interface FollowDocumentOptions<D> {
  deployment: Pick<Deployment, 'isLost'>;
  watch: DocumentReader<D>['watch'];
  id: string;
  interrupted: AbortSignal;
  onState(document: D | null): void;
  /** The end decision, once. */
  onEnd(document: D): void;
  /** Whether the VM of a document that has ended stays on purpose, so that it is not waited for. */
  isKept?(document: D): boolean;
  cleaningMs?: number | undefined;
}

/** Resolves with the first of: VM deleted, time-out after the end, removed, interrupted, local cloud gone. */
export async function followDocument<D extends FollowedDocument>(
  options: FollowDocumentOptions<D>,
): Promise<FollowEnd<D>> {
  const { deployment, id, interrupted, isKept = () => false, cleaningMs = CLEANING_MS } = options;
  let newest: D | null = null;
  let cleaning: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<FollowEnd<D>>((resolve, reject) => {
      onAbort = () => resolve({ why: 'interrupted', document: newest });
      if (interrupted.aborted) return onAbort();
      interrupted.addEventListener('abort', onAbort);
      polling = setInterval(() => {
        if (deployment.isLost()) resolve({ why: 'local-cloud-lost', document: newest });
      }, LOSS_POLL_MS);
      unsubscribe = options.watch(
        id,
        (document) => {
          // It can end and be removed between two snapshots: no further state will follow.
          if (newest && !document) return resolve({ why: 'removed', document: newest });
          newest = document;
          options.onState(document);
          if (!document?.end) return;
          if (cleaning === undefined) {
            options.onEnd(document);
            cleaning = setTimeout(() => resolve({ why: 'not-cleaned', document: newest ?? document }), cleaningMs);
          }
          if (!document.live) resolve({ why: 'cleaned', document });
          else if (isKept(document)) resolve({ why: 'ended', document });
        },
        (error) => (deployment.isLost() ? resolve({ why: 'local-cloud-lost', document: newest }) : reject(error)),
      );
    });
  } finally {
    clearTimeout(cleaning);
    clearInterval(polling);
    unsubscribe?.();
    if (onAbort) interrupted.removeEventListener('abort', onAbort);
  }
}
