// `retry`: sends the request of a run that has ended again, under a new id, and follows it.
import type { CommitRequest } from '@mymlops/protocol';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import { followAll } from '../runs/follow-all';
import { exitCodeOf, resultJson } from '../runs/run-result';
import { checkpointOf, requestToRetry, retryRequest } from '../runs/retry-request';
import { describeTarget, type Target } from '../config/target';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT, worstOf } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { Followed } from '../runs/follow';
import { isRefusal } from '../google/failures';
import { untilAborted } from '../core/interruption';

export interface RetryOptions {
  resume?: boolean;
  detach?: boolean;
  json?: boolean;
}

export async function retry(context: Context, text: string, options: RetryOptions): Promise<number> {
  const target = targetFromHere(context);
  const deployment = await openDeployment(context, target);
  const request = await send(context, { deployment, target }, text, options).catch(async (error: unknown) => {
    await deployment.close();
    throw error;
  });
  const { run, notebook } = request;
  const followed = new Map<string, Followed>();
  try {
    if (!options.json) context.print(`${run}\n`);
    if (options.detach) await deployment.close();
    else await followAll(context, target, { deployment, accepted: [request] }, followed);
  } finally {
    const result = followed.get(run) ?? (options.detach ? 'sent' : 'unknown');
    if (options.json) showJson(context, resultJson({ run, target, notebook }, result));
  }
  return options.detach ? EXIT.done : worstOf([...followed.values()].map(exitCodeOf));
}

async function send(
  context: Context,
  { deployment, target }: { deployment: Deployment; target: Target },
  text: string,
  { resume = false }: RetryOptions,
): Promise<CommitRequest> {
  const old = await findRun(await deployment.runs(), text);
  const bucket = await deployment.bucket();
  const known = await requestToRetry(old, bucket);
  const resumeFrom = resume ? await checkpointOf(old, bucket) : undefined;
  const request = retryRequest(known, { context, project: target.project, resumeFrom });
  context.notice(describeTarget(target));
  const again = `${old.run} again${resumeFrom === undefined ? '' : `, from its checkpoint ${resumeFrom}`}`;
  context.notice(again);
  try {
    await untilAborted(context.interrupted, (await deployment.bus()).publish(request));
  } catch (error) {
    if (!isRefusal(error)) {
      context.notice(`${request.run} may have been accepted nevertheless. See: mymlops-client show ${request.run}`);
    }
    throw error;
  }
  return request;
}
