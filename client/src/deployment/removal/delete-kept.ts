// `--delete-history`: deletes what a removal keeps. By Google's own calls, and not by Terraform, which no longer knows it: so it works
// as well a month after the removal. May be called again after an interruption.
import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import type { Kept } from '../kept';
import { type Act, valueOrRefuse } from '../value-or-refuse';
import { deleteImages } from './delete-images';
import type { Deleting } from './deleting';

const CALLS_AT_ONCE = 16;
const TRIES = 10;
const PAUSE_MS = 3_000;
/** Looks for a database that is being deleted. */
const LOOKS = 40;
const GONE = 404;
/** https://cloud.google.com/storage/docs/json_api/v1/buckets/delete */
const NOT_EMPTY = 409;

/** The database last: with the history the runs and builds are known, to which objects and images belong. Throws ExpectedError. */
export async function deleteKept(deleting: Deleting, { database, buckets, secrets }: Kept): Promise<void> {
  const { administration, context } = deleting;
  const { project } = administration;
  for (const { name } of buckets) await deleteBucket(deleting, name);
  for (const id of secrets) {
    context.interrupted.throwIfAborted();
    valueOrRefuse(await administration.secrets.remove(id), {
      project,
      act: `delete the secret ${id}`,
      role: 'secretmanager.admin',
    });
    context.notice(`Deleted the secret ${id}`);
  }
  const { sleep = pause } = deleting;
  await deleteImages(deleting, (ms) => sleep(ms, context.interrupted));
  if (database === undefined) return;
  context.interrupted.throwIfAborted();
  await deleteDatabase(deleting, database);
  context.notice(`Deleted the database ${database}. Its name is free again after some minutes.`);
}

/** A VM that is just ending may still write: the bucket is emptied again then, a few times. */
async function deleteBucket(deleting: Deleting, name: string): Promise<void> {
  const { administration, context } = deleting;
  for (let tries = 1; ; tries++) {
    await emptyBucket(deleting, name);
    const answer = await administration.buckets.remove(name);
    if (answer.refusal?.status !== NOT_EMPTY || tries === TRIES) {
      valueOrRefuse(answer, actOn(deleting, name));
      context.notice(`Deleted the bucket ${name}`);
      return;
    }
  }
}

async function emptyBucket(deleting: Deleting, name: string): Promise<void> {
  const { administration, context } = deleting;
  const { buckets } = administration;
  let count = 0;
  for (;;) {
    context.interrupted.throwIfAborted();
    const answer = await buckets.someObjects(name);
    const some = answer.refusal?.status === GONE ? [] : valueOrRefuse(answer, actOn(deleting, name));
    if (some.length === 0) return;
    await eachOf(some, async (object) => {
      context.interrupted.throwIfAborted();
      valueOrRefuse(await buckets.removeObject(name, object), actOn(deleting, name));
    });
    count += some.length;
    context.notice(`Deleted ${counted(count, 'object')} of ${name}`);
  }
}

const actOn = ({ administration: { project } }: Deleting, bucket: string): Act => ({
  ...{ project, act: `delete the bucket ${bucket}`, role: 'storage.admin' },
});

/** Several at once. After the first failure none begins, and all that have begun are awaited. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    try {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Its protection ends by an operation, which may still be under way when the deletion comes. */
async function deleteDatabase(deleting: Deleting, name: string): Promise<void> {
  const { administration, context, sleep = pause } = deleting;
  const { project, databases } = administration;
  const act = { project, act: `delete the database ${name}`, role: 'datastore.owner' };
  for (let tries = 1; ; tries++) {
    const answer = await databases.remove(name);
    if (!answer.refusal) return waitUntilGone(deleting, name);
    const { message } = answer.refusal;
    // An earlier call has begun it.
    if (/being deleted/i.test(message)) return waitUntilGone(deleting, name);
    const isEarly = /protection|in progress|concurrent/i.test(message);
    if (!isEarly || tries === TRIES) return valueOrRefuse(answer, act);
    await sleep(PAUSE_MS, context.interrupted);
  }
}

/**
 * The deletion is an operation. Throws ExpectedError if it takes long.
 * https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases/delete
 */
async function waitUntilGone(
  { administration: { project, databases }, context, sleep = pause }: Deleting,
  name: string,
): Promise<void> {
  for (let looks = 1; ; looks++) {
    const act = { project, act: `look at the database ${name}`, role: 'datastore.owner' };
    if (valueOrRefuse(await databases.get(name), act) === undefined) return;
    if (looks > LOOKS) {
      throw new ExpectedError(
        `Google has begun to delete the database ${name}, and has not ended after ${(LOOKS * PAUSE_MS) / 60_000} minutes. Run the same line again: it goes on from here.`,
      );
    }
    await sleep(PAUSE_MS, context.interrupted);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });

/** `--delete-history NAME` repeats the deployment's name: nothing brings back what it deletes. Throws ExpectedError. */
export function checkName(given: string | undefined, deployment: string): void {
  if (given === undefined || given === deployment) return;
  throw new ExpectedError(
    `--delete-history ${given}: the name of this deployment is ${deployment}. Nothing was changed.`,
  );
}
