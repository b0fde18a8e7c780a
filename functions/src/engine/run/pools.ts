// The pools in which a run needs a slot. Pure.
import { DEPLOYMENT_POOL, profilePool, type CommitRequest } from '@mymlops/protocol';
import type { Pool } from '../slots';

/** The deployment's, and where the profile has a limit of its own that of the profile. */
export function poolsOf(
  { maxParallel, profile }: Pick<CommitRequest, 'maxParallel' | 'profile'>,
  deploymentMax: number,
): Pool[] {
  const deployment = { pool: DEPLOYMENT_POOL, max: deploymentMax };
  return maxParallel === undefined ? [deployment] : [{ pool: profilePool(profile), max: maxParallel }, deployment];
}
