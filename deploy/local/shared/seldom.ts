// A trouble that lasts, such as a full disk, fills no log: the same line of it once a minute, with how often it came.
import type { Log } from './log';

const PERIOD_MS = 60_000;

/** `log`, but that a warning or error equal to one of the last minute is counted only. `nowMs` never goes back. */
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
