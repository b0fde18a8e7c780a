// The longest times that a run may ask for, at their bounds.
import { timeRefusalOf } from '../../../functions/src/engine/run/longest-times';

const HOUR = 3600;
const refused = (
  maxRunSeconds: number,
  queueLimitSeconds: number,
  limits = { longestRunDays: 7, longestQueueDays: 1 },
) => timeRefusalOf({ maxRunSeconds, queueLimitSeconds }, limits);

test.each<[what: string, run: number, queue: number, refusal: RegExp | undefined]>([
  ['both at their bounds', 7 * 24 * HOUR, 24 * HOUR, undefined],
  ['a second more of running', 7 * 24 * HOUR + 1, HOUR, /^max_run is longer than the 7 days .*longest_run_days/],
  ['a second more of waiting', HOUR, 24 * HOUR + 1, /^queue_limit is longer than the day .*longest_queue_days/],
  ['both: the run is named', 8 * 24 * HOUR, 25 * HOUR, /^max_run/],
])('%s', (_what, run, queue, refusal) => {
  const said = refused(run, queue);
  if (refusal === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(refusal);
});
