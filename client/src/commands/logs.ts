// `logs`: prints the log of a run's last attempt, whole and from its beginning: while the run goes on as its VM last saved it in the
// live bucket, afterwards from the results bucket. With `-f`, what comes later follows (logs/followed-log.ts).
import { setTimeout as delay } from 'node:timers/promises';
import { isInstanceName, type RunDocument } from '@mymlops/protocol';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { instanceNamed, printInstanceLog } from '../instances/print-log';
import { findRun } from '../runs/find-run';
import { whileConnected, withReconnect } from '../deployment/reconnect';
import { type LogTail, createLogTail, logPlaces } from '../logs/followed-log';
import { printPieces } from '../logs/print-pieces';
import { keepYoungMemorySmall } from '../logs/young-memory';
import { attemptWithResults } from '../results/attempt-results';
import { createPrintableStream } from '../view/printable-stream';

const POLL_MS = 1000;

/** `text`: a run, or the exact name of an instance, which comes first. */
export async function logs(
  context: Context,
  text: string,
  options: { follow?: boolean },
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  keepYoungMemorySmall();
  const target = targetFromHere(context);
  const deployment = await open(context, target);
  const instance =
    isInstanceName(text) && text !== 'latest' ? await instanceNamed(context, deployment, text) : undefined;
  if (instance) return printInstanceLog(context, deployment, { name: text, document: instance }, options);
  let tail: LogTail | undefined;
  return withReconnect({ context, target, deployment, say: context.notice }, async (open) => {
    if (!tail) {
      const { run, document } = await findRun(await open.runs(), text);
      if (!options.follow || document.end) return printLog(context, open, run, document);
      tail = createLogTail(context, run);
    }
    return followLog(context, open, tail);
  });
}

async function printLog(context: Context, deployment: Deployment, run: string, document: RunDocument): Promise<number> {
  const attempt = attemptWithResults(document);
  const text = createPrintableStream({ colours: true });
  const print = (piece: Buffer): void => context.print(text.write(piece));
  const places = attempt === null ? [] : logPlaces(await deployment.buckets(), run, attempt, document);
  for (const place of places) {
    if (!(await printPieces(context, place, print))) continue;
    context.print(text.end());
    return EXIT.done;
  }
  throw document.end
    ? new ExpectedError(`${run} has no log. See: mymlops-client show ${run}`, EXIT.notFound)
    : new ExpectedError(`${run} has no log yet: it is ${document.status}. To wait for it, add -f.`, EXIT.notFinished);
}

/** Prints until the log was read once after the run's end. */
async function followLog(context: Context, deployment: Deployment, tail: LogTail): Promise<number> {
  const [runs, buckets] = await Promise.all([deployment.runs(), deployment.buckets()]);
  const leaving = new AbortController();
  let end: RunDocument['end'];
  const signal = AbortSignal.any([context.interrupted, leaving.signal]);
  try {
    for (;;) {
      const document = await whileConnected(deployment, runs.get(tail.run));
      await whileConnected(deployment, tail.printNew(document, buckets, signal));
      end = document?.end;
      if (!document || end || context.stdoutClosed.aborted) break;
      await delay(POLL_MS, undefined, { signal: context.interrupted });
    }
  } finally {
    leaving.abort(); // a piece that arrives later would be printed twice
  }
  tail.printRest();
  if (end) context.notice(`${tail.run}: ${end.status}${end.reason ? ` (${end.reason})` : ''}`);
  return EXIT.done;
}
