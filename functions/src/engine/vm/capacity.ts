// How capacity is waited for: zone after zone, then a pause, within the queue limit. Pure.
import type { CapacityWait, Reason, VmFailure } from '@mymlops/protocol';
import { mayComeBack } from './failure-lookup';
import { PROJECT, regionOf } from './regions';

/** A document that may be waiting. */
export interface Waiting {
  capacity?: CapacityWait;
}

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

const NO_WAIT: CapacityWait = { waitedSeconds: 0, tried: [], rounds: 0 };

const iso = (ms: number): string => new Date(ms).toISOString();

/** A refusal, as far as the next choice of a zone depends on it. */
export interface Refusal extends Pick<VmFailure, 'scope'> {
  /** Absent: capacity, which may be there at any time. */
  lasts?: 'quota' | 'for good';
}

const LASTING: readonly Reason[] = ['quota', 'permission', 'invalid-machine'];

export function refusalOf(failure: VmFailure): Refusal {
  const { scope, reason } = failure;
  if (!LASTING.includes(reason)) return { scope };
  return { scope, lasts: mayComeBack(failure) ? 'quota' : 'for good' };
}

/** `zone` refused a VM, or did so for its whole region, or the project. */
export function afterRefusal(state: Waiting, zone: string, { scope, lasts }: Refusal, nowMs: number): CapacityWait {
  const wait = state.capacity ?? NO_WAIT;
  const place = scope === 'region' ? regionOf(zone) : scope === 'project' ? PROJECT : zone;
  const tried = [...new Set([...wait.tried, place])];
  return {
    ...wait,
    since: wait.since ?? iso(nowMs),
    tried,
    ...(lasts && { refusals: { ...wait.refusals, [place]: lasts } }),
  };
}

/** Every zone refused: nothing is tried for one to five minutes, then all of them again. */
export function afterAllTried(state: Waiting, nowMs: number): CapacityWait {
  const { refusals = {}, isForQuota: _, ...wait } = state.capacity ?? NO_WAIT;
  const isQuota = (place: string): boolean => refusals[place] === 'quota';
  // The project's decides by itself; elsewhere, one place without capacity may have it first.
  const isForQuota =
    isQuota(PROJECT) || (wait.tried.some(isQuota) && wait.tried.every((place) => refusals[place] !== undefined));
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** wait.rounds, LONGEST_PAUSE_MS);
  const since = wait.since ?? iso(nowMs);
  const notBefore = iso(nowMs + pauseMs);
  return { ...wait, since, tried: [], rounds: wait.rounds + 1, notBefore, ...(isForQuota && { isForQuota }) };
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
