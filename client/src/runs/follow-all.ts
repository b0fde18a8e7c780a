// Follows runs that were just sent, until each has ended.
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { type Followed, followRun } from './follow';
import { LOCAL_CLOUD_LOST, withReconnect } from '../deployment/reconnect';
import { createReporter } from './reporter';
import { closingLines } from './run-result';
import type { Submission } from './commit/submit';

/** Follows all runs until each has ended. A local cloud that is killed meanwhile is started again. */
export async function followAll(
  context: Context,
  target: Target,
  { deployment: firstDeployment, accepted }: Pick<Submission, 'deployment' | 'accepted'>,
  results: Map<string, Followed>,
): Promise<void> {
  const reporter = createReporter(context, accepted.length);
  const openRequests = () =>
    accepted.filter(({ run }) => (results.get(run)?.why ?? 'local-cloud-lost') === 'local-cloud-lost');
  const options = { context, target, deployment: firstDeployment, say: reporter.say };
  try {
    await withReconnect(options, async (deployment) => {
      await Promise.all(
        openRequests().map(async ({ run }) => {
          const followed = await followRun({
            deployment,
            run,
            interrupted: context.interrupted,
            onState: (document) => reporter.state(run, document),
            onEnd: (document) => reporter.end(run, document),
          });
          results.set(run, followed);
          if (followed.why !== 'local-cloud-lost') for (const line of closingLines(run, followed)) reporter.say(line);
        }),
      );
      return openRequests().length > 0 ? LOCAL_CLOUD_LOST : undefined;
    });
  } finally {
    reporter.finish();
  }
}
