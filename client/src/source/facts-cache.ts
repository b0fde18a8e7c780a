// What is known of files that were read before, so that a file at rest is not read again: git's own idea (its "racy git"
// page), kept by us because git's hashes are of filtered contents, and because not everything is tracked.
import type { Stats } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Something about a file that is said to the user. */
export type Finding = '' | 'private-key' | 'lfs-pointer' | 'outward-link';

export interface FileFacts {
  /** Of its blob. */
  hash: string;
  finding: Finding;
}

type Row = [path: string, size: number, mtime: number, ctime: number, inode: number, hash: string, finding: Finding];

/** Changed when the findings' rules change. */
const VERSION = 1;
/** A file may change again without its times changing: by this much the clocks of file systems are coarse. */
const RACY_MS = 2000;

export interface FactsCache {
  /** Undefined where the file is not known as it is now. */
  find(path: string, stat: Stats): FileFacts | undefined;
  /** `stat` was taken before the file was read, and `readAt` (ms) before that. */
  learn(path: string, stat: Stats, readAt: number, facts: FileFacts): void;
  /** Writes what was learnt, if anything. Never fails: without it the next snapshot takes longer. */
  save(): Promise<void>;
  /** Removes it all: it was wrong about a file. */
  forget(): Promise<void>;
}

/** Without a file nothing is known and nothing is kept. */
export async function openFactsCache(file: string | undefined): Promise<FactsCache> {
  const old = file === undefined ? new Map<string, Row>() : await readRows(file);
  const used = new Map<string, Row>();
  let isNew = false;
  return {
    find(path, stat) {
      const row = old.get(path);
      if (!row || row[1] !== stat.size || row[2] !== stat.mtimeMs || row[3] !== stat.ctimeMs || row[4] !== stat.ino)
        return undefined;
      used.set(path, row);
      return { hash: row[5], finding: row[6] };
    },
    learn(path, stat, readAt, { hash, finding }) {
      if (Math.max(stat.mtimeMs, stat.ctimeMs) > readAt - RACY_MS) return;
      used.set(path, [path, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, hash, finding]);
      isNew = true;
    },
    save: async () => (isNew && file !== undefined ? writeRows(file, [...used.values()]) : undefined),
    forget: async () => (file === undefined ? undefined : rm(file, { force: true }).catch(() => undefined)),
  };
}

async function readRows(file: string): Promise<Map<string, Row>> {
  try {
    const { version, rows } = JSON.parse(await readFile(file, 'utf8')) as { version: unknown; rows: Row[] };
    return version === VERSION ? new Map(rows.map((row) => [row[0], row])) : new Map();
  } catch {
    return new Map(); // none yet, or not readable
  }
}

async function writeRows(file: string, rows: readonly Row[]): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify({ version: VERSION, rows }), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
