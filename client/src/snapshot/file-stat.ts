// The few numbers of lstat that a snapshot needs. lstat's own result also has four Date objects, and thousands of these
// would keep the garbage collector busy.
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
/** Number of files in a row before the event loop may read git's output. */
const SLICE = 256;

/** Undefined if there is no such file. Does not follow a link. Synchronous, because a promise for each file takes longer. */
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

/** The stat of each path. Runs while git lists the files. */
export async function readStatsAhead(folder: string, paths: readonly string[]): Promise<(FileStat | undefined)[]> {
  const stats: (FileStat | undefined)[] = [];
  for (const path of paths) {
    stats.push(readStat(`${folder}/${path}`));
    if (stats.length % SLICE === 0) await othersFirst();
  }
  return stats;
}
