// The request of a run -> a request that does the run again.
import { randomInt } from 'node:crypto';
import {
  checkpointsPrefix,
  type CommitRequest,
  inTodaysForm,
  LOCAL_PROJECT,
  newRunId,
  type RunDocument,
  sourceObjectsOf,
} from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Bucket } from '../google/bucket';
import type { FoundRun } from '../google/runs';
import { localRunEnvironment } from '../local/environment';
import { submitter } from './submitter';

/** Checks that a run can be done again; `bucket` is the results bucket. Throws ExpectedError if not. */
export async function requestToRetry({ run, document }: FoundRun, bucket: Bucket): Promise<CommitRequest> {
  const { request, end, status } = document;
  if (!end) {
    throw new ExpectedError(
      `${run} has not ended: it is ${status}. Wait until it has ended, or end it: mymlops-client cancel ${run}`,
      EXIT.notFinished,
    );
  }
  if (!request) {
    throw new ExpectedError(`${run} cannot be done again: its request is not recorded. Commit its notebook again.`);
  }
  const isThere = await Promise.all(sourceObjectsOf(request.source).map((object) => bucket.exists(object)));
  if (isThere.includes(false)) {
    throw new ExpectedError(`The snapshot of ${run} is no longer in the bucket. Commit its notebook again.`);
  }
  return request;
}

/** Manifest of the newest complete checkpoint of a run in the live bucket. Throws ExpectedError if there is none. */
export async function checkpointOf({ run, document }: FoundRun, bucket: Bucket): Promise<string> {
  for (const attempt of attemptsOf(document)) {
    const newest = (await bucket.list(checkpointsPrefix(run, attempt))).at(-1);
    if (newest) return newest.name;
  }
  throw new ExpectedError(
    `${run} has no checkpoint to resume from. To do it again from the start, leave out --resume.`,
    EXIT.notFound,
  );
}

/** Numbers of the attempts, newest first. */
const attemptsOf = ({ attempts }: RunDocument): number[] =>
  Object.keys(attempts)
    .map(Number)
    .toSorted((a, b) => b - a);

/** The same request under a new id. On this computer with the variables of this shell: the old ones may be out of date. */
export function retryRequest(
  old: CommitRequest,
  { context, project, resumeFrom }: { context: Context; project: string; resumeFrom?: string },
): CommitRequest {
  const now = new Date();
  const { environment: _environment, resumeFrom: _resumeFrom, ...same } = inTodaysForm(old);
  return {
    ...same,
    run: newRunId(now, randomInt),
    submittedBy: submitter(),
    submittedAt: now.toISOString(),
    retryOf: old.run,
    ...(resumeFrom !== undefined && { resumeFrom }),
    ...(project === LOCAL_PROJECT && { environment: localRunEnvironment(context.env) }),
  };
}
