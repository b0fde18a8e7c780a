// The way out of the process: what closes may hang, the process must not. One that stayed would keep its folder from the
// next one, with nobody able to call it.
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';

export interface Departure {
  close: () => Promise<void>;
  /** Gives the state folder free. */
  release: () => void;
  exit: (code: number) => void;
  clock: Clock;
  log: Log;
}

/** Longer than the functions take to end, at worst by SIGKILL (functions-child.ts). */
const LIMIT_MS = 8000;

/** Closes, releases and exits with `code`; with 1 where closing fails or takes longer than 8 s. */
export async function depart(code: number, { close, release, exit, clock, log }: Departure): Promise<void> {
  const tooLate = new Promise<never>((_resolve, reject) => {
    clock.after(LIMIT_MS, () => reject(new Error(`not closed within ${LIMIT_MS / 1000} s`)));
  });
  let exitCode = code;
  try {
    await Promise.race([close(), tooLate]);
  } catch (error) {
    log('ERROR', 'left without closing', { cause: String(error) });
    exitCode = 1;
  }
  release();
  exit(exitCode);
}
