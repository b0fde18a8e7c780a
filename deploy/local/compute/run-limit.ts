// The clock of a VM's maxRunDuration. Only time that was seen passing counts, minute by minute: a machine that slept, or a
// local cloud that was not there, costs a VM nothing. (A timer may fire at once after a sleep; it stands for a minute at most.)
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
  /** Called every minute, to be remembered. */
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
