// Decides when the local cloud exits by itself. Idle time is counted in steps of the timer, not by the wall clock: time
// in which the computer slept does not count as idle.
import type { Clock, Timer } from '../shared/clock';

export interface Lifetime {
  /** A client made a call. */
  noteActivity: () => void;
  stop: () => void;
}

export interface LifetimeOptions {
  clock: Clock;
  idleMs: number;
  /** Whether something runs, or waits to run, that needs the local cloud. */
  isBusy: () => boolean;
  /** Called once for each `idleMs` in which it was not busy and nobody called. */
  onIdle: () => void;
}

const LONGEST_STEP_MS = 5000;

export function startLifetime({ clock, idleMs, isBusy, onIdle }: LifetimeOptions): Lifetime {
  const stepMs = Math.min(LONGEST_STEP_MS, idleMs / 4);
  let idleForMs = 0;
  let timer: Timer;
  const arm = (): void => {
    timer = clock.after(stepMs, () => {
      idleForMs = isBusy() ? 0 : idleForMs + stepMs;
      arm();
      if (idleForMs < idleMs) return;
      idleForMs = 0;
      onIdle();
    });
  };
  arm();
  return {
    noteActivity: () => {
      idleForMs = 0;
    },
    stop: () => timer.cancel(),
  };
}
