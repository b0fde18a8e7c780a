// A clock that tests drive: nothing happens until advance().
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../deploy/local/shared/clock';

export interface FakeClock extends Clock {
  /** Moves the time by `ms` and runs what falls due, in order, with a turn of the event loop after each. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  waiting(): number;
}

interface Due {
  atMs: number;
  run: () => void;
}

export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  let timers: Due[] = []; // in the order in which they were set: of two due at the same time the older runs first

  const takeDue = (untilMs: number): Due | undefined => {
    const due = timers.filter((timer) => timer.atMs <= untilMs);
    const first = due.reduce<Due | undefined>(
      (best, timer) => (best && best.atMs <= timer.atMs ? best : timer),
      undefined,
    );
    timers = timers.filter((timer) => timer !== first);
    return first;
  };

  return {
    now: () => nowMs,
    waiting: () => timers.length,
    after(delayMs, run) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), run };
      timers.push(timer);
      return { cancel: () => void (timers = timers.filter((other) => other !== timer)) };
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (let due = takeDue(untilMs); due; due = takeDue(untilMs)) {
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
        await turn();
      }
      nowMs = untilMs;
      await turn();
    },
  };
}
