// How long this process has been awake. A computer that sleeps, or whose clock is set, lets the time of day jump; nothing was
// late meanwhile.

/** Two looks that far apart by one clock and not by the other: a sleep, or a clock that was set. */
const JUMP_MS = 30_000;

/**
 * Milliseconds since the start, or since the last jump. A jump is noticed at the next call, and counts from there: who calls
 * it once a minute knows of each. `monotonic` stands still while the computer sleeps.
 */
export function measureTimeAwake(now: () => number, monotonic: () => number): () => number {
  let sinceMs = monotonic();
  let last = { now: now(), monotonic: sinceMs };
  return () => {
    const current = { now: now(), monotonic: monotonic() };
    const jumpMs = current.now - last.now - (current.monotonic - last.monotonic);
    if (Math.abs(jumpMs) > JUMP_MS) sinceMs = current.monotonic;
    last = current;
    return current.monotonic - sinceMs;
  };
}
