// `logs`: the log of a run's machine, from the bucket, where the machine saves it while it runs.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunDocument } from '@mymlops/protocol';
import { type Cloud, openCloud, targetFromHere } from '../deployment/connect';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import { whileCloudLasts, withLastingCloud } from '../deployment/reconnect';
import { type LogTail, createLogTail, logObject } from '../logs/log-tail';
import { printPieces } from '../logs/print-pieces';
import { keepYoungMemorySmall } from '../logs/young-memory';
import { attemptOf } from '../results/attempt-results';
import { createPrintableStream } from '../view/printable-stream';

const POLL_MS = 1000;

export async function logs(context: Context, text: string, options: { follow?: boolean }): Promise<number> {
  keepYoungMemorySmall();
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
  const text = createPrintableStream({ colours: true });
  const print = (piece: Buffer): void => context.data(text.write(piece));
  const bucket = await cloud.bucket();
  if (attempt && (await printPieces(context, { bucket, object: logObject(run, attempt) }, print))) {
    context.data(text.end());
    return EXIT.done;
  }
  throw document.end
    ? new ExpectedError(`${run} left no log. See: mymlops-client show ${run}`, EXIT.notFound)
    : new ExpectedError(`${run} has no log yet: it is ${document.status}. Wait for it with -f.`, EXIT.notFinished);
}

/** Prints until a look at the log that began after the end. */
async function followLog(context: Context, cloud: Cloud, tail: LogTail): Promise<number> {
  const [runs, bucket] = await Promise.all([cloud.runs(), cloud.bucket()]);
  const leaving = new AbortController();
  const signal = AbortSignal.any([context.interrupted, leaving.signal]);
  try {
    for (;;) {
      const document = await whileCloudLasts(cloud, runs.get(tail.run));
      await whileCloudLasts(cloud, tail.printNew(document, bucket, signal));
      if (!document || document.end || context.unread.aborted) break;
      await delay(POLL_MS, undefined, { signal: context.interrupted });
    }
  } finally {
    leaving.abort(); // a piece that still came would be printed twice
  }
  tail.printRest();
  return EXIT.done;
}
