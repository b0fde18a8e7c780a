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

/** RFC 3339 with 0, 3, 6 or 9 digits of the second, as Google writes it. */
export function toTimeText({ seconds = '0', nanos = 0 }: Timestamp): string {
  const second = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length);
  const fraction = String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '');
  return `${second}${fraction && '.'}${fraction}Z`;
}

/** `text` is RFC 3339. */
export function fromTimeText(text: string): Timestamp {
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? [];
  const seconds = Math.floor(Date.parse(text.replace(/\.\d+/, '')) / 1000);
  return { seconds: String(seconds), nanos: Number(fraction.slice(0, 9).padEnd(9, '0')) };
}
