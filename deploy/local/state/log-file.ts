// The log of a process without a terminal: a file that is renamed when it gets long.
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import { jsonLog } from '../shared/log';
import { logSeldom } from '../shared/seldom';

export const LOG_NAME = 'log.jsonl';
const OLD_LOG_NAME = 'log.1.jsonl';

/**
 * Appends to log.jsonl in `folder`; over `limitBytes` it is renamed to log.1.jsonl. A full disk loses log lines and nothing
 * else. A lasting problem is logged once a minute.
 */
export function openLogFile(folder: string, limitBytes = 10 << 20): Log {
  const file = join(folder, LOG_NAME);
  let fd = openSync(file, 'a', 0o600);
  let size = fstatSync(fd).size;

  const rotate = (): void => {
    size = 0; // even if renaming fails: the next try is a whole file later, and until then this one grows
    try {
      renameSync(file, join(folder, OLD_LOG_NAME));
      const old = fd;
      fd = openSync(file, 'a', 0o600);
      closeSync(old);
    } catch {
      // There is no other log to report this in.
    }
  };
  const write = jsonLog((line) => {
    try {
      if (size > limitBytes) rotate();
      size += writeSync(fd, line);
    } catch {
      // A full disk: the line is lost.
    }
  });
  return logSeldom(write, () => performance.now());
}
