// `--detach`: waits until the runs that were just sent are in the history. Before that, `show` and `logs` do not know them, and
// `latest` is another run.
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { untilAborted } from '../core/interruption';
import { whileConnected, withReconnect } from '../deployment/reconnect';
import { ExpectedError } from '../core/errors';
import { describeFailure, isRefusal } from '../google/failures';
import type { Submission } from './commit/submit';
import type { Followed } from './follow';
import { closingLines } from './run-result';

/** The functions may have to start first, or the first delivery may fail. */
const ARRIVAL_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Never throws: the runs are accepted, and begin also if nobody sees them arrive. A run that has not arrived is named to the
 * user; after Ctrl-C it also gets an entry in `results`.
 */
export async function awaitArrival(
  context: Context,
  target: Target,
  { deployment, accepted }: Pick<Submission, 'deployment' | 'accepted'>,
  results: Map<string, Followed>,
  arrivalMs = ARRIVAL_MS,
): Promise<void> {
  const { interrupted } = context;
  const missing = new Set(accepted.map(({ run }) => run));
  const limit = AbortSignal.timeout(arrivalMs);
  const over = AbortSignal.any([interrupted, limit]);
  try {
    await withReconnect({ context, target, deployment, say: context.notice }, async (open) => {
      const runs = await open.runs();
      const look = async (run: string): Promise<void> => {
        const read = runs.get(run).catch((error: unknown) => {
          // A read that failed once says nothing of the next one.
          if (isRefusal(error) || error instanceof ExpectedError || open.isLost()) throw error;
          return null;
        });
        const document = await whileConnected(open, untilAborted(over, read));
        if (document) missing.delete(run);
      };
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        await Promise.all([...missing].map(look));
        if (missing.size === 0) return;
        await delay(pauseMs, undefined, { signal: over });
      }
    });
  } catch (error) {
    if (!over.aborted) context.notice(describeFailure(error, context.env));
  }
  for (const run of missing) {
    const followed: Followed = { why: 'interrupted', document: null };
    if (interrupted.aborted) results.set(run, followed);
    const lines = interrupted.aborted
      ? closingLines(run, followed)
      : [`${run} was accepted, but has not been seen in the history yet. See: mymlops-client show ${run}`];
    for (const line of lines) context.notice(line);
  }
}
