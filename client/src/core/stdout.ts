// stdout of the process. Node takes longer to make its stream than `--help` takes to be put together, so that goes to the
// descriptor itself, where nothing came before it. All else goes through the stream, which waits for a slow reader without
// being deaf to signals; and all that a terminal or another device is told.
import { fstatSync, writeSync } from 'node:fs';
import type { Process } from './process';

const USUAL_COLUMNS = 80;

export class Stdout {
  /** A descriptor that nothing was written to yet; without one, everything goes through the stream. */
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

  /**
   * Resolves when there is room for more, so that what comes is not kept here: at once where there is, and where there
   * never will be.
   */
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

  /** For a page of text. */
  writeHelp(text: string): void {
    this.write(this.#fresh === undefined ? text : writeNow(this.#fresh, Buffer.from(text), this.onError));
  }

  /** Width in characters: that of the terminal, else the usual one. */
  columns(): number {
    const stream = this.#fresh === undefined ? this.#opened() : undefined;
    return (stream?.isTTY ? stream.columns : undefined) || USUAL_COLUMNS;
  }

  /** Calls `done` when everything has been written, or could not be, which `onError` has heard. */
  end(done: () => void): void {
    if (this.#stream === undefined) return done();
    this.#stream.write('', (error) => {
      // A file says it here, and emits its error when the process would be gone.
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

/** Returns what is left: all of it where somebody made the descriptor one that never waits, and it would have to. */
function writeNow(descriptor: number, bytes: Buffer, onError: (error: NodeJS.ErrnoException) => void): Buffer {
  try {
    return bytes.subarray(writeSync(descriptor, bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return bytes;
    onError(error as NodeJS.ErrnoException);
    return Buffer.alloc(0);
  }
}

/** A file or a pipe: neither has a width, and neither says later that it could not take something. */
function isPlain(descriptor: number): boolean {
  const status = fstatSync(descriptor);
  return status.isFile() || status.isFIFO() || status.isSocket();
}
