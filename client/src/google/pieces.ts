// The pieces of a download as they come.
import type { Readable } from 'node:stream';

/**
 * No faster than they are taken, each within the limit that `answered` sets. When the loop over them ends, so does the
 * download; where `signal` has ended it, the loop throws the signal's reason.
 */
export async function* piecesOf(
  download: Readable,
  answered: <T>(call: Promise<T>) => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const pieces = download[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await answered(pieces.next());
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    download.destroy();
  }
}
