// How capacity is waited for: zone after zone, then a pause, within the queue limit. Pure.
import type { CapacityWait } from '@mymlops/protocol';

/** A document that may be waiting. */
export interface Waiting {
  capacity?: CapacityWait;
}

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

const NO_WAIT: CapacityWait = { waitedSeconds: 0, tried: [], rounds: 0 };

const iso = (ms: number): string => new Date(ms).toISOString();

/** `zone` was stocked out. */
export function afterStockout(state: Waiting, zone: string, nowMs: number): CapacityWait {
  const wait = state.capacity ?? NO_WAIT;
  return { ...wait, since: wait.since ?? iso(nowMs), tried: [...new Set([...wait.tried, zone])] };
}

/** Every zone was stocked out: nothing is tried for one to five minutes, then all of them again. */
export function afterAllTried(state: Waiting, nowMs: number): CapacityWait {
  const wait = state.capacity ?? NO_WAIT;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** wait.rounds, LONGEST_PAUSE_MS);
  const since = wait.since ?? iso(nowMs);
  return { ...wait, since, tried: [], rounds: wait.rounds + 1, notBefore: iso(nowMs + pauseMs) };
}

/** There is a VM: the wait is over, and counts. */
export function afterPlacement(state: Waiting, nowMs: number): CapacityWait | undefined {
  const wait = state.capacity;
  if (!wait) return undefined;
  return { ...NO_WAIT, waitedSeconds: wait.waitedSeconds + secondsSince(wait, nowMs) };
}

export function isPausing({ capacity }: Waiting, nowMs: number): boolean {
  return capacity?.notBefore !== undefined && nowMs < Date.parse(capacity.notBefore);
}

/** Waiting for a slot or running does not count. */
export function hasWaitedTooLong({ capacity }: Waiting, queueLimitSeconds: number, nowMs: number): boolean {
  if (capacity?.since === undefined) return false;
  return capacity.waitedSeconds + secondsSince(capacity, nowMs) > queueLimitSeconds;
}

function secondsSince({ since }: CapacityWait, nowMs: number): number {
  return since === undefined ? 0 : Math.max(0, (nowMs - Date.parse(since)) / 1000);
}
