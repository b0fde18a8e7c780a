// How long a run may be asked to take, and to wait for a VM: the deployment's bound of its cost. Checkpoints are kept for as long
// as all attempts of the longest run may take. Pure.
import type { TimeLimits } from '../settings';

const DAY_SECONDS = 24 * 3600;

/** The sentence that says which time is too long; undefined where neither is. */
export function timeRefusalOf(
  { maxRunSeconds, queueLimitSeconds }: { maxRunSeconds: number; queueLimitSeconds: number },
  { longestRunDays, longestQueueDays }: TimeLimits,
): string | undefined {
  if (maxRunSeconds > longestRunDays * DAY_SECONDS) {
    return `max_run is longer than the ${days(longestRunDays)} that this deployment gives a run. Make it shorter, or ask its administrator for more (longest_run_days).`;
  }
  if (queueLimitSeconds > longestQueueDays * DAY_SECONDS) {
    return `queue_limit is longer than the ${days(longestQueueDays)} that a run may wait in this deployment. Make it shorter, or ask its administrator for more (longest_queue_days).`;
  }
  return undefined;
}

const days = (count: number): string => (count === 1 ? 'day' : `${count} days`);
