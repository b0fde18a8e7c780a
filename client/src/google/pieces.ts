// Reads a download in pieces.
import type { Readable } from 'node:stream';

/**
 * Reads no faster than the pieces are consumed, each within the limit that `answered` sets. The download ends with the loop
 * over the pieces. After `signal` has aborted, the loop throws its reason.
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
