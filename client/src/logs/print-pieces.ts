// Prints a log of any size to stdout: reads it no faster than stdout takes it, and stops when the reader has closed stdout.
import type { Context } from '../core/context';
import type { Bucket } from '../google/bucket';
import { untilAborted } from '../core/interruption';

export interface LogPlace {
  bucket: Pick<Bucket, 'stream'>;
  object: string;
  /** Bytes before it are not read. */
  start?: number;
}

/**
 * Calls `print`, which writes to stdout, with each piece of the object. Returns false if there is no such object. Rejects
 * when `signal` aborts, by default at an interruption of the command; `print` is not called afterwards.
 */
export async function printPieces(
  context: Pick<Context, 'interrupted' | 'stdoutClosed' | 'drained'>,
  { bucket, object, start }: LogPlace,
  print: (piece: Buffer) => void,
  signal: AbortSignal = context.interrupted,
): Promise<boolean> {
  const pieces = await bucket.stream(object, { start, signal });
  if (!pieces) return false;
  for await (const piece of pieces) {
    if (signal.aborted) throw signal.reason;
    print(piece);
    await untilAborted(signal, context.drained());
    if (context.stdoutClosed.aborted) break;
  }
  return true;
}
