// Ends the process. Closing may hang, the process must not: it would keep the state folder locked, and no call reaches it.
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';

export interface ExitOptions {
  close: () => Promise<void>;
  /** Releases the lock of the state folder. */
  release: () => void;
  exit: (code: number) => void;
  clock: Clock;
  log: Log;
}

/** Longer than the functions take to end, at worst by SIGKILL (functions-child.ts). */
const LIMIT_MS = 8000;

/** Closes, releases and exits with `code`; with 1 where closing fails or takes longer than 8 s. */
export async function closeAndExit(code: number, { close, release, exit, clock, log }: ExitOptions): Promise<void> {
  const tooLate = new Promise<never>((_resolve, reject) => {
    clock.after(LIMIT_MS, () => reject(new Error(`not closed within ${LIMIT_MS / 1000} s`)));
  });
  let exitCode = code;
  try {
    await Promise.race([close(), tooLate]);
  } catch (error) {
    log('ERROR', 'exit without closing', { cause: String(error) });
    exitCode = 1;
  }
  release();
  exit(exitCode);
}
