// Follows runs that were just sent, until each has come to its end.
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { type Followed, followRun } from './follow';
import { CLOUD_LOST, withLastingCloud } from '../deployment/reconnect';
import { createReporter } from './reporter';
import { lastWords } from './run-result';
import type { Submission } from './commit/submit';

/** Follows all until each has come to its end. A local cloud that was killed meanwhile is started again. */
export async function followAll(
  context: Context,
  target: Target,
  { cloud: firstCloud, accepted }: Pick<Submission, 'cloud' | 'accepted'>,
  results: Map<string, Followed>,
): Promise<void> {
  const reporter = createReporter(context, accepted.length);
  const openRequests = () => accepted.filter(({ run }) => (results.get(run)?.why ?? 'cloud-lost') === 'cloud-lost');
  const options = { context, target, cloud: firstCloud, say: reporter.say };
  try {
    await withLastingCloud(options, async (cloud) => {
      await Promise.all(
        openRequests().map(async ({ run, keepSeconds }) => {
          const followed = await followRun({
            cloud,
            run,
            keepsMachine: keepSeconds > 0,
            interrupted: context.interrupted,
            onState: (document) => reporter.state(run, document),
            onEnd: (document) => reporter.end(run, document),
          });
          results.set(run, followed);
          if (followed.why !== 'cloud-lost') for (const line of lastWords(run, followed)) reporter.say(line);
        }),
      );
      return openRequests().length > 0 ? CLOUD_LOST : undefined;
    });
  } finally {
    reporter.finish();
  }
}
