// The document `limits/{scope}`: which runs may have a VM at the same time, and which wait for that.

export interface Limit {
  v: 1;
  /** As the last run that asked knew it. */
  max: number;
  holders: string[];
  /** Zone in which a holder's newest attempt was asked for; of the deployment's limit only. */
  zones?: Record<string, string>;
  /** In the order in which they came. */
  queue: string[];
}

export const LIMITS = 'limits';

export const limitPath = (scope: string): string => `${LIMITS}/${scope}`;

export const DEPLOYMENT_SCOPE = 'deployment';

/** Of the runs of one profile; those without one share theirs. */
export const profileScope = (profile: string | undefined): string => `profile-${profile ?? ''}`;
