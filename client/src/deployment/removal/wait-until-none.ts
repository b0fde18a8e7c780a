// Surroundings of `--force`, and the wait that its parts share.
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../core/context';
import type { Administration } from '../../google/administration';

export interface Ending {
  administration: Administration;
  deployment: string;
  context: Pick<Context, 'notice' | 'interrupted'>;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Cancelled work ends when its VM is gone, which the next sweep or the one after it has seen. */
const PATIENCE_MS = 300_000;
export const PATIENCE_MINUTES = PATIENCE_MS / 60_000;
const PAUSE_MS = 5_000;

/** Those that are left when the patience ends. Rejects when the command is interrupted. May be called twice. */
export async function waitUntilNone<T>(
  { context, now = () => performance.now(), sleep = pause }: Ending,
  look: () => Promise<T[]>,
): Promise<T[]> {
  const endMs = now() + PATIENCE_MS;
  for (;;) {
    const left = await look();
    if (left.length === 0 || now() > endMs) return left;
    await sleep(PAUSE_MS, context.interrupted);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });
