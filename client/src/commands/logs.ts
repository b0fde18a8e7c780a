// `logs`: the log of a run's machine, from the bucket, where the machine saves it while it runs.
import { setTimeout as delay } from 'node:timers/promises';
import { LOG_FILE, type RunDocument, resultsPrefix } from '@mymlops/protocol';
import { type Cloud, openCloud, targetFromHere } from '../cloud';
import type { Context } from '../context';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';
import { findRun } from '../find-run';
import type { Bucket } from '../google/bucket';
import { whileCloudLasts, withLastingCloud } from '../lasting-cloud';
import { attemptOf } from '../results/attempt-results';
import { completeLength } from '../view/complete-lines';
import { printable } from '../view/printable';

const POLL_MS = 1000;

export async function logs(context: Context, text: string, options: { follow?: boolean }): Promise<number> {
  const target = targetFromHere(context);
  const cloud = await openCloud(context, target);
  let tail: LogTail | undefined;
  return withLastingCloud({ context, target, cloud, say: context.talk }, async (open) => {
    if (!tail) {
      const { run, document } = await findRun(await open.runs(), text);
      if (!options.follow || document.end) return printLog(context, open, run, document);
      tail = createLogTail(context, run);
    }
    return followLog(context, open, tail);
  });
}

async function printLog(context: Context, cloud: Cloud, run: string, document: RunDocument): Promise<number> {
  const attempt = attemptOf(document);
  const content = attempt && (await (await cloud.bucket()).read(logObject(run, attempt)));
  if (content) context.data(printable(content.toString('utf8'), { colours: true }));
  else if (document.end) throw new ExpectedError(`${run} left no log. See: mymlops-client show ${run}`, EXIT.notFound);
  else
    throw new ExpectedError(`${run} has no log yet: it is ${document.status}. Wait for it with -f.`, EXIT.notFinished);
  return EXIT.done;
}

/** Prints until a look at the log that began after the end. */
async function followLog(context: Context, cloud: Cloud, tail: LogTail): Promise<number> {
  const [runs, bucket] = await Promise.all([cloud.runs(), cloud.bucket()]);
  for (;;) {
    const document = await whileCloudLasts(cloud, runs.get(tail.run));
    await tail.printNew(document, {
      facts: (object) => whileCloudLasts(cloud, bucket.facts(object)),
      read: (object, start) => whileCloudLasts(cloud, bucket.read(object, start)),
    });
    if (!document || document.end || context.unread.aborted) break;
    await delay(POLL_MS, undefined, { signal: context.interrupted });
  }
  tail.printRest();
  return EXIT.done;
}

interface LogTail {
  run: string;
  /** Prints what is new, whole lines at a time. */
  printNew(document: RunDocument | null, bucket: Pick<Bucket, 'facts' | 'read'>): Promise<void>;
  printRest(): void;
}

/** How far the log of a run was printed, through all its attempts and whatever becomes of the connection. */
function createLogTail(context: Context, run: string): LogTail {
  let [attempt, generation, offset]: [number | null, string, number] = [null, '', 0];
  let rest: Buffer = Buffer.alloc(0);
  const print = (bytes: Buffer): void => context.data(printable(bytes.toString('utf8'), { colours: true }));
  return {
    run,
    async printNew(document, bucket) {
      const newest = document && attemptOf(document);
      if (newest !== attempt) {
        if (attempt !== null) context.talk(`(attempt ${newest})`);
        [attempt, generation, offset, rest] = [newest, '', 0, Buffer.alloc(0)];
      }
      const object = attempt ? logObject(run, attempt) : undefined;
      const facts = object ? await bucket.facts(object) : null;
      if (object && facts && facts.generation !== generation && facts.size > offset) {
        const fresh = (await bucket.read(object, offset)) ?? Buffer.alloc(0);
        offset += fresh.length;
        const text = Buffer.concat([rest, fresh]);
        const end = completeLength(text);
        rest = text.subarray(end);
        print(text.subarray(0, end));
      }
      generation = facts?.generation ?? '';
    },
    printRest: () => print(rest),
  };
}

const logObject = (run: string, attempt: number): string => `${resultsPrefix(run, attempt)}${LOG_FILE}`;
