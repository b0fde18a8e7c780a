// `commit`: sends notebooks and follows their runs.
import type { CommitRequest } from '@mymlops/protocol';
import { type Cloud, openCloud } from '../cloud';
import { type CommitOptions, type CommitPlan, planCommit } from '../commit/plan';
import { createReporter } from '../commit/reporter';
import { exitCodeOf, lastWords, resultJson } from '../commit/result';
import { submitCommit } from '../commit/submit';
import { describeTarget } from '../config/target';
import { type Context, showJson } from '../context';
import { EXIT, worstOf } from '../exit-codes';
import { type Followed, followRun } from '../follow';

export async function commit(context: Context, words: readonly string[], options: CommitOptions): Promise<number> {
  const plan = planCommit(context, words, options);
  context.talk(describeTarget(plan.target));
  const accepted: CommitRequest[] = [];
  const cloud = await submitCommit(context, plan, (request) => {
    accepted.push(request);
    if (!options.json) context.data(`${request.run}\n`);
  });
  const { target } = plan;
  if (options.detach) {
    await cloud.close();
    if (options.json)
      showJson(
        context,
        accepted.map(({ run, notebook }) => resultJson(run, target, notebook)),
      );
    return EXIT.done;
  }
  const followed = await followAll(context, plan, cloud, accepted);
  if (options.json) {
    showJson(
      context,
      accepted.map(({ run, notebook }) => resultJson(run, target, notebook, followed.get(run))),
    );
  }
  return worstOf([...followed.values()].map(exitCodeOf));
}

/** Follows all until each has come to its end. A local cloud that was killed meanwhile is started again. */
async function followAll(
  context: Context,
  plan: CommitPlan,
  firstCloud: Cloud,
  requests: readonly CommitRequest[],
): Promise<Map<string, Followed>> {
  const reporter = createReporter(context, requests.length);
  const results = new Map<string, Followed>();
  let cloud = firstCloud;
  try {
    for (;;) {
      const open = requests.filter(({ run }) => (results.get(run)?.why ?? 'cloud-lost') === 'cloud-lost');
      if (open.length === 0) break;
      if (results.size > 0) {
        reporter.say('The local cloud has ended; starting it again.');
        await cloud.close();
        cloud = await openCloud(context, plan.target);
      }
      await Promise.all(
        open.map(async ({ run, keepSeconds }) => {
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
    }
  } finally {
    reporter.finish();
    await cloud.close();
  }
  return results;
}
