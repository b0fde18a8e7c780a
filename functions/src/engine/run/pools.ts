// The pools in which a run needs a slot. Pure.
import { DEPLOYMENT_POOL, profilePool, type CommitRequest } from '@mymlops/protocol';
import type { Pool } from '../slots';

/**
 * In the order in which it takes them: the narrow one first, so that a run that waits for its profile does not stand before
 * others in the deployment's queue.
 */
export function poolsOf(
  { maxParallel, profile }: Pick<CommitRequest, 'maxParallel' | 'profile'>,
  deploymentMax: number,
): Pool[] {
  const deployment = { pool: DEPLOYMENT_POOL, max: deploymentMax };
  return maxParallel === undefined ? [deployment] : [{ pool: profilePool(profile), max: maxParallel }, deployment];
}
