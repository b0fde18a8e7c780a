// The log of the local cloud: two files in its folder, the older one of which is often absent (deploy/local/state/log-file.ts).
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_ENTRIES } from './log-facts';

const FILES = ['log.1.jsonl', 'log.jsonl'];
/** Enough for a thousand entries; each file has at most some ten MiB. */
const TAIL_BYTES = 2 << 20;

/** The newest entries, oldest first. Throws if a file that exists cannot be read. */
export function readLocalLog(folder: string): Record<string, unknown>[] {
  return FILES.flatMap((name) => tailOf(join(folder, name)).split('\n'))
    .flatMap(entryIn)
    .slice(-MOST_ENTRIES);
}

/** Empty for a file that does not exist. */
function tailOf(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const length = readSync(fd, tail, 0, tail.length, size - tail.length);
    return tail.subarray(0, length).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

/** None for a line that is cut, at the beginning of the tail or where the process was ended. */
function entryIn(line: string): Record<string, unknown>[] {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [];
  }
}
