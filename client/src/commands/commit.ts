// `commit`: sends notebooks and follows their runs.
import { type CommitOptions, type CommitPlan, planCommit } from '../runs/commit/plan';
import { awaitArrival } from '../runs/await-arrival';
import { followAll } from '../runs/follow-all';
import { exitCodeOf, resultJson } from '../runs/run-result';
import { type SendingFailure, submitCommit } from '../runs/commit/submit';
import { describeLocalLimits, describeTarget } from '../config/target';
import type { Context, Environment } from '../core/context';
import { printableLine } from '../view/printable';
import { showJson } from '../view/show-json';
import { EXIT, worstOf } from '../core/exit-codes';
import type { Followed } from '../runs/follow';
import { describeFailure } from '../google/failures';
import { checkKernels } from '../runs/commit/kernel-check';

/** With --json, stdout gets exactly one document, also after a failure: a list with each run that may exist. */
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
  context.notice(describeTarget(target));
  const limits = describeLocalLimits(target, plan.config);
  if (limits !== null) context.notice(limits);
  for (const warning of plan.warnings) context.notice(warning);
  await checkKernels(context, plan);
  const submission = await submitCommit(context, plan, ({ run, notebook }) => {
    if (!options.json) context.print(`${run}\n`);
    if (plan.notebooks.length > 1) context.notice(`${run}: ${printableLine(notebook)}`);
  });
  const { accepted, failure } = submission;
  const followed = new Map<string, Followed>();
  onSent(() => {
    const known = accepted.map(({ run, notebook }) =>
      resultJson({ run, target, notebook }, followed.get(run) ?? (options.detach ? 'sent' : 'unknown')),
    );
    const unknown = failure?.mayRun ? [resultJson({ ...failure.request, target }, 'unknown')] : [];
    return [...known, ...unknown];
  });
  if (failure) for (const line of failureLines(failure, plan, accepted.length, context.env)) context.notice(line);
  await (options.detach ? awaitArrival : followAll)(context, target, submission, followed);
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
  env: Environment,
): string[] {
  const lines = error instanceof Error && error.name === 'AbortError' ? [] : [describeFailure(error, env)];
  if (mayRun) {
    lines.push(
      `${request.run} (${request.notebook}) may have been accepted nevertheless.`,
      `  to check: mymlops-client show ${request.run}`,
      `  to end it: mymlops-client cancel ${request.run}`,
    );
  }
  const unsent = notebooks.slice(accepted + (mayRun ? 1 : 0)).map(({ path }) => path);
  if (unsent.length > 0) lines.push(`Not sent: ${unsent.join(', ')}`);
  return lines;
}
