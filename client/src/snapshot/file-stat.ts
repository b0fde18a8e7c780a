// What the system says of a file, in the few numbers that a snapshot needs: lstat's own answer holds four dates as well,
// and thousands of those are what the garbage collector would be busy with.
import { type Stats, lstatSync } from 'node:fs';
import { setImmediate as othersFirst } from 'node:timers/promises';

export interface FileStat {
  kind: 'file' | 'link' | 'folder' | 'other';
  isExecutable: boolean;
  /** Bytes. */
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
}

const OWNER_EXECUTES = 0o100;
/** Looks in a row before what git has written meanwhile is read. */
const SLICE = 256;

/** Undefined where there is none. A link is looked at itself. Synchronous: a promise for each takes longer. */
export function readStat(file: string): FileStat | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  const { size, mtimeMs, ctimeMs, ino, mode } = stat;
  return { kind: kindOf(stat), isExecutable: (mode & OWNER_EXECUTES) !== 0, size, mtimeMs, ctimeMs, ino };
}

function kindOf(stat: Stats): FileStat['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isSymbolicLink()) return 'link';
  return stat.isDirectory() ? 'folder' : 'other';
}

/** Of each path what is there; for the time in which git is asked what there is. */
export async function readStatsAhead(folder: string, paths: readonly string[]): Promise<(FileStat | undefined)[]> {
  const stats: (FileStat | undefined)[] = [];
  for (const path of paths) {
    stats.push(readStat(`${folder}/${path}`));
    if (stats.length % SLICE === 0) await othersFirst();
  }
  return stats;
}
