// The clock of a VM's maxRunDuration. It counts minute by minute, and only while the local cloud runs and this computer is awake.
// (After a sleep a timer may fire at once; it counts for one minute at most.)
import type { Clock, Timer } from '../shared/clock';

export interface RunLimit {
  /** How long the VM has run so far. */
  ranMs(): number;
  cancel(): void;
}

export interface RunLimitOptions {
  clock: Clock;
  limitMs: number;
  /** How long the VM has run already. */
  ranMs: number;
  /** Called every minute, so that it can be written. */
  ran(ranMs: number): void;
  over(): void;
}

const STEP_MS = 60_000;

export function startRunLimit({ clock, limitMs, ranMs: ranBeforeMs, ran, over }: RunLimitOptions): RunLimit {
  let countedMs = ranBeforeMs;
  let stepMs = 0;
  let steppedAt = 0;
  let timer: Timer;

  const step = (): void => {
    stepMs = Math.min(STEP_MS, Math.max(0, limitMs - countedMs));
    steppedAt = clock.now();
    timer = clock.after(stepMs, () => {
      countedMs += stepMs;
      stepMs = 0;
      if (countedMs >= limitMs) return over();
      ran(countedMs);
      step();
    });
  };
  step();
  return {
    ranMs: () => countedMs + Math.min(stepMs, Math.max(0, clock.now() - steppedAt)),
    cancel: () => timer.cancel(),
  };
}
