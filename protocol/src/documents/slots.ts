// The document `slots/{pool}`: who may have a VM at the same time, and who waits for that. Kinds may share a pool.
import type { DocumentRef } from './document-ref';

/** A document that holds a slot. */
export interface SlotHolder extends DocumentRef {
  /** Zone in which its newest VM was requested; in the deployment's pool only. */
  zone?: string;
}

export interface SlotPool {
  v: 1;
  /** As the last one that asked knew it. */
  max: number;
  holders: SlotHolder[];
  /** In the order in which they came. */
  queue: DocumentRef[];
}

export const SLOTS = 'slots';

export const slotPoolPath = (pool: string): string => `${SLOTS}/${pool}`;

/** The pool of the whole deployment. */
export const DEPLOYMENT_POOL = 'deployment';

/** The pool of the runs of one profile; those without one share theirs. */
export const profilePool = (profile: string | undefined): string => `profile-${profile ?? ''}`;
