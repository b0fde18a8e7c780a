// `logs`: the log of a run's machine, from the bucket, where the machine saves it while it runs.
import { setTimeout as delay } from 'node:timers/promises';
import { LOG_FILE, resultsPrefix } from '@mymlops/protocol';
import { type Cloud, targetFromHere, withCloud } from '../cloud';
import type { Context } from '../context';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';
import { findRun } from '../find-run';
import { attemptOf } from '../results/attempt-results';
import { printable } from '../view/printable';

const POLL_MS = 1000;

export function logs(context: Context, text: string, options: { follow?: boolean }): Promise<number> {
  return withCloud(context, targetFromHere(context), async (cloud) => {
    const { run, document } = await findRun(await cloud.runs(), text);
    if (options.follow && !document.end) return followLog(context, cloud, run);
    const attempt = attemptOf(document);
    const content = attempt && (await (await cloud.bucket()).read(`${resultsPrefix(run, attempt)}${LOG_FILE}`));
    if (content) context.data(printable(content.toString('utf8'), { colours: true }));
    else if (document.end)
      throw new ExpectedError(`${run} left no log. See: mymlops-client show ${run}`, EXIT.notFound);
    else
      throw new ExpectedError(
        `${run} has no log yet: it is ${document.status}. Wait for it with -f.`,
        EXIT.notFinished,
      );
    return EXIT.done;
  });
}

/** Prints what is new, whole lines at a time, until a look that began after the end. */
async function followLog(context: Context, cloud: Cloud, run: string): Promise<number> {
  const [runs, bucket] = await Promise.all([cloud.runs(), cloud.bucket()]);
  let [attempt, generation, offset]: [number | null, string, number] = [null, '', 0];
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const document = await runs.get(run);
    const newest = document && attemptOf(document);
    if (newest !== attempt) {
      if (attempt !== null) context.talk(`(attempt ${newest})`);
      [attempt, generation, offset, rest] = [newest, '', 0, Buffer.alloc(0)];
    }
    const object = attempt ? `${resultsPrefix(run, attempt)}${LOG_FILE}` : undefined;
    const facts = object ? await bucket.facts(object) : null;
    if (object && facts && facts.generation !== generation && facts.size > offset) {
      const fresh = (await bucket.read(object, offset)) ?? Buffer.alloc(0);
      offset += fresh.length;
      const text = Buffer.concat([rest, fresh]);
      const end = text.lastIndexOf(10) + 1;
      rest = text.subarray(end);
      context.data(printable(text.subarray(0, end).toString('utf8'), { colours: true }));
    }
    generation = facts?.generation ?? '';
    if (!document || document.end) break;
    await delay(POLL_MS, undefined, { signal: context.interrupted });
  }
  context.data(printable(rest.toString('utf8'), { colours: true }));
  return EXIT.done;
}
