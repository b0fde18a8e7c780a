// In Cloud Scheduler's place: publishes the tick that starts a sweep.
import type { Clock, Timer } from '../shared/clock';

const TICK = Buffer.from(JSON.stringify({ v: 1, type: 'tick' }), 'utf8');

/** Calls `publish` with a tick every `periodMs`, first after one period. A failed publish is not repeated before the next tick. */
export function startScheduler(clock: Clock, periodMs: number, publish: (tick: Buffer) => void): Timer {
  let timer: Timer;
  const arm = (): void => {
    timer = clock.after(periodMs, () => {
      arm();
      publish(TICK);
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
}
