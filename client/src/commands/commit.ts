// `commit`: sends notebooks and follows their runs.
import { type CommitOptions, type CommitPlan, planCommit } from '../commit/plan';
import { createReporter } from '../commit/reporter';
import { exitCodeOf, lastWords, resultJson } from '../commit/result';
import { type SendingFailure, type Submission, submitCommit } from '../commit/submit';
import { describeLocalLimits, describeTarget } from '../config/target';
import { type Context, showJson } from '../context';
import { EXIT, worstOf } from '../exit-codes';
import { type Followed, followRun } from '../follow';
import { describeFailure } from '../google/failures';
import { CLOUD_LOST, withLastingCloud } from '../lasting-cloud';

/** With --json there is one document on stdout whatever happens: an element for each run that there may be. */
export async function commit(context: Context, words: readonly string[], options: CommitOptions): Promise<number> {
  let results = (): object[] => [];
  try {
    return await sendAndFollow(context, words, options, (newest) => {
      results = newest;
    });
  } finally {
    if (options.json) showJson(context, results());
  }
}

async function sendAndFollow(
  context: Context,
  words: readonly string[],
  options: CommitOptions,
  onSent: (results: () => object[]) => void,
): Promise<number> {
  const plan = planCommit(context, words, options);
  const { target } = plan;
  context.talk(describeTarget(target));
  const limits = describeLocalLimits(target, plan.config);
  if (limits !== null) context.talk(limits);
  const submission = await submitCommit(context, plan, ({ run }) => {
    if (!options.json) context.data(`${run}\n`);
  });
  const { cloud, accepted, failure } = submission;
  const followed = new Map<string, Followed>();
  onSent(() => {
    const known = accepted.map(({ run, notebook }) =>
      resultJson({ run, target, notebook }, followed.get(run) ?? (options.detach ? 'sent' : 'unknown')),
    );
    const unknown = failure?.mayRun ? [resultJson({ ...failure.request, target }, 'unknown')] : [];
    return [...known, ...unknown];
  });
  if (failure) for (const line of failureLines(failure, plan, accepted.length)) context.talk(line);
  if (options.detach) await cloud.close();
  else await followAll(context, plan, submission, followed);
  return worstOf([...[...followed.values()].map(exitCodeOf), ...(failure ? [failureCode(context, failure)] : [])]);
}

function failureCode({ interrupted }: Context, { mayRun }: SendingFailure): number {
  if (interrupted.aborted) return EXIT.interrupted;
  return mayRun ? EXIT.notFinished : EXIT.error;
}

function failureLines(
  { request, error, mayRun }: SendingFailure,
  { notebooks }: CommitPlan,
  accepted: number,
): string[] {
  const lines = error instanceof Error && error.name === 'AbortError' ? [] : [describeFailure(error)];
  if (mayRun) {
    lines.push(
      `${request.run} (${request.notebook}) may have been accepted all the same.`,
      `  to look for it: mymlops-client show ${request.run}`,
      `  to end it:      mymlops-client cancel ${request.run}`,
    );
  }
  const unsent = notebooks.slice(accepted + (mayRun ? 1 : 0)).map(({ path }) => path);
  if (unsent.length > 0) lines.push(`Not sent: ${unsent.join(', ')}`);
  return lines;
}

/** Follows all until each has come to its end. A local cloud that was killed meanwhile is started again. */
async function followAll(
  context: Context,
  { target }: CommitPlan,
  { cloud: firstCloud, accepted }: Submission,
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
