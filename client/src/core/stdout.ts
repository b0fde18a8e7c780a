// stdout of the process. Node needs longer to create its stream than to build a page of help, so a page goes straight to the
// descriptor if nothing was written before and it is a file or a pipe. Everything else goes through the stream, which waits
// for a slow reader without blocking signals.
import { fstatSync, writeSync } from 'node:fs';
import type { Process } from './process';

const USUAL_COLUMNS = 80;

export class Stdout {
  /** The descriptor while nothing was written to it. Without it, everything goes through the stream. */
  #fresh: number | undefined;
  #stream: Process['stdout'] | undefined;

  constructor(
    private readonly host: Pick<Process, 'stdout'>,
    private readonly onError: (error: NodeJS.ErrnoException) => void,
    descriptor?: number,
  ) {
    this.#fresh = descriptor !== undefined && isPlain(descriptor) ? descriptor : undefined;
  }

  write(text: string | Uint8Array): void {
    this.#fresh = undefined;
    if (text.length > 0) this.#opened().write(text);
  }

  /** Resolves when the stream takes more, so that data does not pile up in memory; also when the stream fails or closes. */
  async drained(): Promise<void> {
    const stream = this.#stream;
    if (!stream?.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const events = ['drain', 'error', 'close'];
      const go = (): void => {
        for (const event of events) stream.off(event, go);
        resolve();
      };
      for (const event of events) stream.on(event, go);
    });
  }

  /** Writes a page of text, directly to the descriptor if possible. */
  writeHelp(text: string): void {
    this.write(this.#fresh === undefined ? text : writeNow(this.#fresh, Buffer.from(text), this.onError));
  }

  /** Width in characters: the terminal's, else 80. */
  columns(): number {
    const stream = this.#fresh === undefined ? this.#opened() : undefined;
    return (stream?.isTTY ? stream.columns : undefined) || USUAL_COLUMNS;
  }

  /** Calls `done` when everything was written, or after `onError` if that failed. */
  end(done: () => void): void {
    if (this.#stream === undefined) return done();
    this.#stream.write('', (error) => {
      // A file reports its error here. Its error event would come too late, when the process has exited.
      if (error) this.onError(error);
      done();
    });
  }

  #opened(): Process['stdout'] {
    if (this.#stream === undefined) {
      this.#stream = this.host.stdout;
      this.#stream.on('error', this.onError);
    }
    return this.#stream;
  }
}

/** Returns the bytes that were not written: all of them if the descriptor is non-blocking and the pipe is full. */
function writeNow(descriptor: number, bytes: Buffer, onError: (error: NodeJS.ErrnoException) => void): Buffer {
  try {
    return bytes.subarray(writeSync(descriptor, bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return bytes;
    onError(error as NodeJS.ErrnoException);
    return Buffer.alloc(0);
  }
}

/** A file, a pipe or a socket: none has a width, and none reports a failed write later. */
function isPlain(descriptor: number): boolean {
  const status = fstatSync(descriptor);
  return status.isFile() || status.isFIFO() || status.isSocket();
}
