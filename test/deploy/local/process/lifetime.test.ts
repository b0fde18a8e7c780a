// What follows the clock: the scheduler's tick, the idle limit, and the real clock's long waits.
import type { Clock } from '../../../../deploy/local/shared/clock';
import { systemClock } from '../../../../deploy/local/shared/clock';
import { startLifetime } from '../../../../deploy/local/process/lifetime';
import { startScheduler } from '../../../../deploy/local/functions/scheduler';

interface FakeClock extends Clock {
  advance(byMs: number): void;
}

function fakeClock(): FakeClock {
  let nowMs = 0;
  let waiting: { atMs: number; run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      waiting.push(timer);
      return { cancel: () => (waiting = waiting.filter((one) => one !== timer)) };
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        const [next] = waiting.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
        if (!next) break;
        waiting = waiting.filter((one) => one !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = endMs;
    },
  };
}

const tick = { v: 1, type: 'tick' };

test('the scheduler ticks every period until it is cancelled', () => {
  const clock = fakeClock();
  const ticks: unknown[] = [];
  const scheduler = startScheduler(clock, 60_000, (bytes) => ticks.push(JSON.parse(bytes.toString())));
  clock.advance(59_999);
  expect(ticks).toEqual([]);
  clock.advance(120_001);
  expect(ticks).toEqual([tick, tick, tick]);
  scheduler.cancel();
  clock.advance(600_000);
  expect(ticks).toHaveLength(3);
});

test('a tick that cannot be published does not end the ticking', () => {
  const clock = fakeClock();
  let tries = 0;
  startScheduler(clock, 1000, () => {
    tries += 1;
    throw new Error('no room');
  });
  expect(() => clock.advance(1000)).toThrow('no room');
  expect(() => clock.advance(1000)).toThrow('no room');
  expect(tries).toBe(2);
});

describe('lifetime', () => {
  const idleMs = 600_000;
  const watch = (clock: Clock, isBusy = (): boolean => false) => {
    let idleCount = 0;
    const lifetime = startLifetime({ clock, idleMs, isBusy, onIdle: () => (idleCount += 1) });
    return { ...lifetime, idleCount: () => idleCount };
  };

  test('ends after the idle time, not before', () => {
    const clock = fakeClock();
    const { idleCount } = watch(clock);
    clock.advance(idleMs - 1);
    expect(idleCount()).toBe(0);
    clock.advance(1);
    expect(idleCount()).toBe(1);
  });

  test('counts from the last activity', () => {
    const clock = fakeClock();
    const { idleCount, noteActivity } = watch(clock);
    clock.advance(idleMs - 1000);
    noteActivity();
    clock.advance(idleMs - 10_000);
    expect(idleCount()).toBe(0);
    clock.advance(20_000);
    expect(idleCount()).toBe(1);
  });

  test('does not end while something runs', () => {
    const clock = fakeClock();
    let isBusy = true;
    const { idleCount } = watch(clock, () => isBusy);
    clock.advance(10 * idleMs);
    expect(idleCount()).toBe(0);
    isBusy = false;
    clock.advance(idleMs);
    expect(idleCount()).toBe(1);
  });
});

test('the real clock does not fire a wait of a month at once', async () => {
  let fired = false;
  const timer = systemClock.after(31 * 86_400_000, () => (fired = true));
  await new Promise<void>((resolve) => systemClock.after(30, resolve));
  expect(fired).toBe(false);
  timer.cancel();
});
