// Follows a run: reports its states and its end decision, and returns when its VM is deleted.
import type { RunDocument } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';

/** The VM is deleted after the end decision. The client waits no longer than this for it. */
const CLEANING_MS = 120_000;
const LOSS_POLL_MS = 2_000;

export type Followed =
  | { why: 'cleaned' | 'ended' | 'not-cleaned' | 'removed'; document: RunDocument }
  | { why: 'interrupted' | 'local-cloud-lost'; document: RunDocument | null };

export interface FollowOptions {
  deployment: Deployment;
  run: string;
  interrupted: AbortSignal;
  onState(document: RunDocument | null): void;
  /** The end decision, once. */
  onEnd(document: RunDocument): void;
  cleaningMs?: number;
}

/** Resolves with the first of: VM deleted, time-out after the end, removed, interrupted, local cloud gone. */
export async function followRun(options: FollowOptions): Promise<Followed> {
  const { deployment, run, interrupted, cleaningMs = CLEANING_MS } = options;
  const runs = await deployment.runs();
  let newest: RunDocument | null = null;
  let cleaning: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<Followed>((resolve, reject) => {
      onAbort = () => resolve({ why: 'interrupted', document: newest });
      if (interrupted.aborted) return onAbort();
      interrupted.addEventListener('abort', onAbort);
      polling = setInterval(() => {
        if (deployment.isLost()) resolve({ why: 'local-cloud-lost', document: newest });
      }, LOSS_POLL_MS);
      unsubscribe = runs.watch(
        run,
        (document) => {
          // A run can end and be removed between two snapshots: no further state will follow.
          if (newest && !document) return resolve({ why: 'removed', document: newest });
          newest = document;
          options.onState(document);
          if (!document?.end) return;
          if (cleaning === undefined) {
            options.onEnd(document);
            cleaning = setTimeout(() => resolve({ why: 'not-cleaned', document: newest ?? document }), cleaningMs);
          }
          if (!document.live) resolve({ why: 'cleaned', document });
          // A VM that is kept is not waited for.
          else if (document.keptUntil !== undefined && document.publication?.state !== 'pending')
            resolve({ why: 'ended', document });
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
