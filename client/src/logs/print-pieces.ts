// A log of any size on stdout: read no faster than it is written, and no further than somebody reads.
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
 * Gives each piece of the object to `print`, which writes it to stdout. False where there is no such object. Rejects when
 * the command is interrupted, or `signal` ends it; afterwards `print` is not called any more.
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
