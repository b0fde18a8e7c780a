// Remembers how far the log of a run was printed, across its attempts and across lost connections.
import { LOG_FILE, type RunDocument, progressPrefix, resultsPrefix } from '@mymlops/protocol';
import type { Context } from '../core/context';
import type { Bucket, Buckets, ObjectStat } from '../google/bucket';
import { attemptWithResults } from '../results/attempt-results';
import { createLineHolder } from '../view/complete-lines';
import { createPrintableStream } from '../view/printable-stream';
import { printPieces } from './print-pieces';

type LogBuckets = Record<keyof Buckets, Pick<Bucket, 'stat' | 'stream'>>;

export interface LogTail {
  run: string;
  /** Prints new whole lines. Rejects when `signal` aborts, and can then be called again. */
  printNew(document: RunDocument | null, buckets: LogBuckets, signal: AbortSignal): Promise<void>;
  printRest(): void;
}

export function createLogTail(
  context: Pick<Context, 'print' | 'drained' | 'notice' | 'interrupted' | 'stdoutClosed'>,
  run: string,
): LogTail {
  let attempt: number | null = null;
  let [version, offset] = ['', 0];
  let lines = createLineHolder();
  let text = createPrintableStream({ colours: true });
  const printRest = (): boolean => {
    const rest = lines.rest();
    context.print(text.write(rest));
    context.print(text.end());
    return rest.length > 0;
  };
  return {
    run,
    async printNew(document, buckets, signal) {
      const newest = document && attemptWithResults(document);
      if (newest !== attempt) {
        if (attempt !== null) {
          if (printRest()) context.print('\n');
          context.notice(`(attempt ${newest})`);
        }
        [attempt, version, offset] = [newest, '', 0];
        [lines, text] = [createLineHolder(), createPrintableStream({ colours: true })];
      }
      const log = document && attempt ? await findLog(logPlaces(buckets, run, attempt, document)) : null;
      // The final log begins as the one so far: it is another object with the same bytes, and more.
      if (log && versionOf(log) !== version && log.size > offset) {
        const print = (piece: Buffer): void => {
          offset += piece.length;
          context.print(text.write(lines.write(piece)));
        };
        await printPieces(context, { ...log.place, start: offset }, print, signal);
      }
      version = log ? versionOf(log) : '';
    },
    printRest: () => void printRest(),
  };
}

export interface LogObject<B> {
  bucket: B;
  object: string;
}

/** Where the log of an attempt may be, the best place first. A run that has ended without an outcome left only its log so far. */
export function logPlaces<B>(
  { results, live }: Record<keyof Buckets, B>,
  run: string,
  attempt: number,
  { end }: Pick<RunDocument, 'end'>,
): LogObject<B>[] {
  const final = { bucket: results, object: `${resultsPrefix(run, attempt)}${LOG_FILE}` };
  const soFar = { bucket: live, object: `${progressPrefix(run, attempt)}${LOG_FILE}` };
  return end ? [final, soFar] : [soFar, final];
}

/** Changes with every write, and from one object to the other. */
const versionOf = ({ generation, name }: ObjectStat): string => `${generation} ${name}`;

async function findLog<B extends Pick<Bucket, 'stat'>>(places: readonly LogObject<B>[]) {
  for (const place of places) {
    const stat = await place.bucket.stat(place.object);
    if (stat) return { place, ...stat };
  }
  return null;
}
