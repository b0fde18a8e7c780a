// `retry`: sends the request of a run that has ended again, under a new id, and follows it.
import type { CommitRequest } from '@mymlops/protocol';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import { awaitArrival } from '../runs/await-arrival';
import { followAll } from '../runs/follow-all';
import { exitCodeOf, resultJson } from '../runs/run-result';
import { requireSecrets } from '../runs/require-secrets';
import { checkpointOf, requestToRetry, retryRequest } from '../runs/retry-request';
import { describeTarget, type Target } from '../config/target';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { worstOf } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { Followed } from '../runs/follow';
import { isRefusal } from '../google/failures';
import { untilAborted } from '../core/interruption';

export interface RetryOptions {
  resume?: boolean;
  detach?: boolean;
  json?: boolean;
}

/** With --json, stdout gets exactly one document, also after a failure: the run, if it may exist, else null. */
export async function retry(
  context: Context,
  text: string,
  options: RetryOptions,
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  let result = (): object | null => null;
  try {
    const target = targetFromHere(context);
    const deployment = await open(context, target);
    return await sendAndFollow(context, { deployment, target }, text, options, (newest) => {
      result = newest;
    });
  } finally {
    if (options.json) showJson(context, result());
  }
}

interface Place {
  deployment: Deployment;
  target: Target;
}

async function sendAndFollow(
  context: Context,
  place: Place,
  text: string,
  options: RetryOptions,
  onSent: (result: () => object | null) => void,
): Promise<number> {
  const { deployment, target } = place;
  const unknown = ({ run, notebook }: CommitRequest): void =>
    onSent(() => resultJson({ run, target, notebook }, 'unknown'));
  const request = await send(context, place, text, { ...options, onUnknown: unknown }).catch(async (error: unknown) => {
    await deployment.close();
    throw error;
  });
  const { run, notebook } = request;
  const followed = new Map<string, Followed>();
  onSent(() => resultJson({ run, target, notebook }, followed.get(run) ?? (options.detach ? 'sent' : 'unknown')));
  if (!options.json) context.print(`${run}\n`);
  await (options.detach ? awaitArrival : followAll)(context, target, { deployment, accepted: [request] }, followed);
  return worstOf([...followed.values()].map(exitCodeOf));
}

/** `onUnknown`: called where sending failed, and the run may exist nevertheless. */
async function send(
  context: Context,
  { deployment, target }: Place,
  text: string,
  { resume = false, onUnknown }: RetryOptions & { onUnknown: (request: CommitRequest) => void },
): Promise<CommitRequest> {
  const old = await findRun(await deployment.runs(), text);
  const { results, live } = await deployment.buckets();
  const known = await requestToRetry(old, results);
  const resumeFrom = resume ? await checkpointOf(old, live) : undefined;
  const request = retryRequest(known, { context, project: target.project, resumeFrom });
  const names = [...new Set([...(known.setupSecrets ?? []), ...(known.secrets ?? [])])];
  if (names.length > 0) await requireSecrets(names, target.deployment, await deployment.secrets());
  context.notice(describeTarget(target));
  const again = `${old.run} again${resumeFrom === undefined ? '' : `, from its checkpoint ${resumeFrom}`}`;
  context.notice(again);
  try {
    await untilAborted(context.interrupted, (await deployment.bus()).publish(request));
  } catch (error) {
    if (!isRefusal(error)) {
      onUnknown(request);
      context.notice(`${request.run} may have been accepted nevertheless. See: mymlops-client show ${request.run}`);
    }
    throw error;
  }
  return request;
}
