// The first sweep after a `deploy`: `doctor` compares with it. A new deployment may not answer for some minutes, and is well.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Deployment } from './connect';
import { requestSweep } from './sweeps';

/**
 * "Changes become fully effective within 2 minutes, possibly 7 or longer": https://cloud.google.com/iam/docs/access-change-propagation.
 * Until then Pub/Sub may not call the function, and tries the same message again only after a pause of up to 10 minutes
 * (https://cloud.google.com/pubsub/docs/handling-failures), so that each request sends a new one. Each waits for a minute.
 */
const MOST_REQUESTS = 10;

type Sweeping = Pick<Deployment, 'bus' | 'runs' | 'settings'>;

/** Resolves to whether it answered. Where it did not, says why, and how to look later. Rejects at Ctrl-C only. */
export async function firstSweep(
  { notice, interrupted }: Pick<Context, 'notice' | 'interrupted'>,
  deployment: Sweeping,
  { project, request = requestSweep }: { project: string; request?: typeof requestSweep },
): Promise<boolean> {
  for (let requests = 1; ; requests++) {
    try {
      await deployment.settings();
      await request(deployment, interrupted);
      return true;
    } catch (error) {
      if (interrupted.aborted) throw error;
      const isLate = error instanceof ExpectedError && error.exitCode === EXIT.notFinished;
      if (!isLate || requests === MOST_REQUESTS) {
        const why = error instanceof Error ? error.message : String(error);
        const later = `mymlops-client --project ${project} doctor`;
        notice(`The deployment is made, but could not be looked at. ${why}\nLook later: ${later}`);
        return false;
      }
      if (requests === 1) {
        notice('The functions do not answer yet. New rights take some minutes at Google: waiting up to 10 minutes.');
      }
    }
  }
}
