// Commit and read times: microseconds since the epoch, which a JavaScript number holds exactly.
import type { Clock } from '../shared/clock';
import type { Timestamp } from './messages';

export interface CommitClock {
  /** A time after every earlier commit and read. */
  next(): number;
  /** A time that is not before any earlier commit, and before every later one. */
  read(): number;
  /** From now on times are after this one: a commit of an earlier process, even if the computer's clock went back. */
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

/** Drops fractions of a microsecond, as Google does. */
export function toMicros(timestamp: Timestamp): number {
  return Number(timestamp.seconds ?? 0) * 1e6 + Math.floor((timestamp.nanos ?? 0) / 1000);
}
