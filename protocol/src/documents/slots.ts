// The document `slots/{pool}`: who may have a VM at the same time, and who waits for that.

export interface SlotPool {
  v: 1;
  /** As the last one that asked knew it. */
  max: number;
  /** Ids of runs. */
  holders: string[];
  /** Zone in which a holder's newest VM was requested; of the deployment's pool only. */
  zones?: Record<string, string>;
  /** In the order in which they came. */
  queue: string[];
}

export const SLOTS = 'slots';

export const slotPoolPath = (pool: string): string => `${SLOTS}/${pool}`;

/** The pool of all runs of the deployment. */
export const DEPLOYMENT_POOL = 'deployment';

/** The pool of the runs of one profile; those without one share theirs. */
export const profilePool = (profile: string | undefined): string => `profile-${profile ?? ''}`;
