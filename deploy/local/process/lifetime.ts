// When the local cloud leaves by itself. Idle time is counted in steps of the timer, not by the wall clock: a machine
// that slept was not idle.
import type { Clock, Timer } from '../shared/clock';

export interface Lifetime {
  /** Somebody called. */
  noteActivity: () => void;
  stop: () => void;
}

export interface LifetimeOptions {
  clock: Clock;
  idleMs: number;
  /** Something runs, or waits to be done, that needs us. */
  isBusy: () => boolean;
  /** Called once for every stretch of `idleMs` without business or activity. */
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
