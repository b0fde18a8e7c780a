// The log of a process that has no terminal: a file that is moved aside when it is long.
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import { jsonLog } from '../shared/log';
import { logSeldom } from '../shared/seldom';

export const LOG_NAME = 'log.jsonl';
const OLD_LOG_NAME = 'log.1.jsonl';

/** Appends to log.jsonl in `folder`; beyond `limitBytes` it becomes log.1.jsonl. A full disk loses lines, nothing else; a trouble that lasts is a line a minute. */
export function openLogFile(folder: string, limitBytes = 10 << 20): Log {
  const file = join(folder, LOG_NAME);
  let fd = openSync(file, 'a', 0o600);
  let size = fstatSync(fd).size;

  const rotate = (): void => {
    size = 0; // whatever happens: what fails is tried again a whole file later, and until then the long one goes on
    try {
      renameSync(file, join(folder, OLD_LOG_NAME));
      const old = fd;
      fd = openSync(file, 'a', 0o600);
      closeSync(old);
    } catch {
      // Where would one log that?
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
