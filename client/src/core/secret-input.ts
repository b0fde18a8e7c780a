// Reads a secret from stdin: a line that the terminal does not show, or all that a pipe or a file holds.
import { ExpectedError } from './errors';
import type { Process } from './process';

export interface SecretInputOptions {
  stdin: Process['stdin'];
  /** To stderr. */
  write(text: string): void;
  /** Ctrl-C: in this mode of the terminal it is a key. */
  interrupt(): void;
  interrupted: AbortSignal;
}

/** Reading ends here: the caller refuses so large a value. */
const MOST_BYTES = 1 << 20;

/** A paste comes in pieces, and the terminal's own reader must not get those that follow the first line. */
const PASTE_MILLISECONDS = 100;

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const ENDS = [0x0a, 0x0d, CTRL_D];
const ERASES = [0x08, 0x7f];

/** The bytes without line breaks at their end, which `echo` and the Enter key add. */
export async function readSecretInput(options: SecretInputOptions, prompt: string): Promise<Buffer> {
  const bytes = options.stdin.isTTY ? await readHiddenLine(options, prompt) : await readAll(options.stdin);
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(0, end);
}

async function readAll(stdin: Process['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk as string);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}

async function readHiddenLine(options: SecretInputOptions, prompt: string): Promise<Buffer> {
  const { stdin, write, interrupt, interrupted } = options;
  // Before the prompt: what is typed as soon as it stands there must not be shown.
  stdin.setRawMode(true);
  write(prompt);
  const typed: number[] = [];
  let isEnded = false;
  let hasMore = false;
  try {
    await new Promise<void>((resolve) => {
      let pause: NodeJS.Timeout | undefined;
      const onData = (chunk: Buffer): void => {
        for (const byte of chunk) {
          if (ENDS.includes(byte)) isEnded = true;
          else if (byte === CTRL_C) interrupt();
          else if (isEnded) hasMore = true;
          else if (ERASES.includes(byte)) eraseLast(typed);
          else typed.push(byte);
        }
        clearTimeout(pause);
        if (isEnded) pause = setTimeout(resolve, PASTE_MILLISECONDS);
      };
      stdin.on('data', onData).once('end', resolve);
      interrupted.addEventListener('abort', () => resolve(), { once: true });
      if (interrupted.aborted) resolve();
    });
  } finally {
    stdin.setRawMode(false);
    stdin.removeAllListeners('data').pause();
    write('\n');
  }
  if (interrupted.aborted) return Buffer.alloc(0);
  if (hasMore) {
    throw new ExpectedError(
      'The value has several lines, and only one can be typed here; nothing was stored. Put it in a file, and use --from-file FILE.',
    );
  }
  return Buffer.from(typed);
}

/** The last character, which in UTF-8 may have several bytes. */
function eraseLast(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}
