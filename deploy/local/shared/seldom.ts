// Keeps a lasting problem, such as a full disk, from filling the log: the same line is written once a minute, with a count.
import type { Log } from './log';

const PERIOD_MS = 60_000;

/** As `log`, but a warning or error that repeats one of the last minute is only counted. `nowMs` never goes back. */
export function logSeldom(log: Log, nowMs: () => number): Log {
  const written = new Map<string, { atMs: number; repeated: number }>();
  return (severity, message, fields = {}) => {
    if (severity === 'INFO') return log(severity, message, fields);
    const key = JSON.stringify([severity, message, fields]);
    const now = nowMs();
    const before = written.get(key);
    if (before && now - before.atMs < PERIOD_MS) {
      before.repeated += 1;
      return;
    }
    for (const [old, { atMs }] of written) if (now - atMs >= PERIOD_MS) written.delete(old);
    written.set(key, { atMs: now, repeated: 0 });
    log(severity, message, before?.repeated ? { ...fields, repeated: before.repeated } : fields);
  };
}
