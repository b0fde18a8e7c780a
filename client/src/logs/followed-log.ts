// Remembers how far the log of a run was printed, across its attempts and across lost connections.
import { LOG_FILE, type RunDocument, resultsPrefix } from '@mymlops/protocol';
import type { Context } from '../core/context';
import type { Bucket } from '../google/bucket';
import { attemptWithResults } from '../results/attempt-results';
import { createLineHolder } from '../view/complete-lines';
import { createPrintableStream } from '../view/printable-stream';
import { printPieces } from './print-pieces';

export interface LogTail {
  run: string;
  /** Prints new whole lines. Rejects when `signal` aborts, and can then be called again. */
  printNew(document: RunDocument | null, bucket: Pick<Bucket, 'stat' | 'stream'>, signal: AbortSignal): Promise<void>;
  printRest(): void;
}

export function createLogTail(
  context: Pick<Context, 'print' | 'drained' | 'notice' | 'interrupted' | 'stdoutClosed'>,
  run: string,
): LogTail {
  let attempt: number | null = null;
  let [generation, offset] = ['', 0];
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
    async printNew(document, bucket, signal) {
      const newest = document && attemptWithResults(document);
      if (newest !== attempt) {
        if (attempt !== null) {
          if (printRest()) context.print('\n');
          context.notice(`(attempt ${newest})`);
        }
        [attempt, generation, offset] = [newest, '', 0];
        [lines, text] = [createLineHolder(), createPrintableStream({ colours: true })];
      }
      const object = attempt ? logObject(run, attempt) : undefined;
      const stat = object ? await bucket.stat(object) : null;
      if (object && stat && stat.generation !== generation && stat.size > offset) {
        const print = (piece: Buffer): void => {
          offset += piece.length;
          context.print(text.write(lines.write(piece)));
        };
        await printPieces(context, { bucket, object, start: offset }, print, signal);
      }
      generation = stat?.generation ?? '';
    },
    printRest: () => void printRest(),
  };
}

export const logObject = (run: string, attempt: number): string => `${resultsPrefix(run, attempt)}${LOG_FILE}`;
