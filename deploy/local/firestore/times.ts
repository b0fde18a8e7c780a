// Commit and read times: microseconds since the epoch, which a JavaScript number holds exactly.
import type { Clock } from '../shared/clock';
import type { Timestamp } from './messages';

export interface CommitClock {
  /** A time after every commit and read before it. */
  next(): number;
  /** A time that no commit so far is after, and every later commit is. */
  read(): number;
  /** Never go back before this: a commit of an earlier process, whatever the machine's clock says now. */
  atLeast(micros: number): void;
}

export function createCommitClock(clock: Clock): CommitClock {
  let last = 0;
  return {
    next: () => (last = Math.max(last + 1, Math.floor(clock.now() * 1000))),
    read: () => (last = Math.max(last, Math.floor(clock.now() * 1000))),
    atLeast: (micros) => (last = Math.max(last, micros)),
  };
}

export function toTimestamp(micros: number): Timestamp {
  return { seconds: String(Math.floor(micros / 1e6)), nanos: (micros % 1e6) * 1000 };
}

/** Finer than microseconds is dropped, as Google does. */
export function toMicros(timestamp: Timestamp): number {
  return Number(timestamp.seconds ?? 0) * 1e6 + Math.floor((timestamp.nanos ?? 0) / 1000);
}
