// `--delete-history`: deletes what a removal keeps. By Google's own calls, and not by Terraform, which no longer knows it: so it works
// as well a month after the removal. May be called again after an interruption.
import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import type { Context } from '../../core/context';
import type { Administration, Answer } from '../../google/administration';
import type { Kept } from '../kept';
import { valueOrRefuse } from '../value-or-refuse';

export interface Deleting {
  administration: Administration;
  context: Pick<Context, 'notice' | 'interrupted'>;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const CALLS_AT_ONCE = 16;
const TRIES = 10;
const PAUSE_MS = 3_000;

/** The database last: with the history the runs are known, to which the objects belong. Throws ExpectedError. */
export async function deleteKept(deleting: Deleting, { database, buckets, secrets }: Kept): Promise<void> {
  const { administration, context } = deleting;
  const { project } = administration;
  for (const { name } of buckets) await deleteBucket(deleting, name);
  for (const id of secrets) {
    valueOrRefuse(await administration.secrets.remove(id), {
      project,
      act: `delete the secret ${id}`,
      role: 'secretmanager.admin',
    });
    context.notice(`Deleted the secret ${id}`);
  }
  if (database === undefined) return;
  await deleteDatabase(deleting, database);
  context.notice(`Deleted the database ${database}. Its name is free again after some minutes.`);
}

async function deleteBucket({ administration, context }: Deleting, name: string): Promise<void> {
  const { project, buckets } = administration;
  const valueOf = <T>(answer: Answer<T>): T =>
    valueOrRefuse(answer, { project, act: `delete the bucket ${name}`, role: 'storage.admin' });
  let count = 0;
  for (;;) {
    context.interrupted.throwIfAborted();
    const some = valueOf(await buckets.someObjects(name));
    if (some.length === 0) break;
    const left = [...some];
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        context.interrupted.throwIfAborted();
        valueOf(await buckets.removeObject(name, next));
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
    count += some.length;
    context.notice(`Deleted ${counted(count, 'object')} of ${name}`);
  }
  valueOf(await buckets.remove(name));
  context.notice(`Deleted the bucket ${name}`);
}

/** Its protection ends by an operation, which may still be under way when the deletion comes. */
async function deleteDatabase({ administration, context, sleep = pause }: Deleting, name: string): Promise<void> {
  const { project, databases } = administration;
  for (let tries = 1; ; tries++) {
    const answer = await databases.remove(name);
    const isEarly = answer.refusal !== undefined && /protection|in progress|concurrent/i.test(answer.refusal.message);
    if (!isEarly || tries === TRIES) {
      return valueOrRefuse(answer, { project, act: `delete the database ${name}`, role: 'datastore.owner' });
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
