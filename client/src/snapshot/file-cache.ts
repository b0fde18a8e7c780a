// Remembers the hashes of files, so that an unchanged file is not read again. git does the same (see its page on "racy
// git"), but its hashes are of filtered contents, and it does not know untracked files.
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../files/make-folders';
import type { FileStat } from './file-stat';

/** A property of a file's content that is reported to the user. */
export type FileFlag = '' | 'private-key' | 'lfs-pointer' | 'outward-link';

export interface FileRecord {
  /** Hash of its blob. */
  hash: string;
  flag: FileFlag;
}

/** Must be raised when the form of the file or the rules for flags change. */
const VERSION = 5;
/** File systems have coarse clocks: within this time a file may change again without a change of its times. */
const RACY_MS = 2000;

/** The form on disk: columns, which are read several times faster than rows. */
interface Columns {
  version: typeof VERSION;
  paths: string[];
  /** For each path in turn size, mtime, ctime, inode. */
  numbers: (number | null)[];
  /** For each path, hexadecimal. */
  hashes: string[];
  /** For the few paths that have a flag. */
  flags: [path: string, flag: FileFlag][];
}

interface CachedFiles extends Omit<Columns, 'version' | 'flags'> {
  flags: Map<string, FileFlag>;
}

/** For a path whose file is not known: no file has such numbers. */
const UNKNOWN = { numbers: [null, null, null, null], hash: '', flag: '' as const };

interface Row extends FileRecord {
  path: string;
  /** As in Columns. */
  numbers: readonly (number | null)[];
}

const NUMBERS = 4;

export interface FileCache {
  /** The paths that were known at the beginning, in the order in which they were saved. */
  paths: readonly string[];
  /** Its index in `paths`; undefined if it is missing. Fastest in the order of `paths`. */
  indexOf(path: string): number | undefined;
  /** The record of the path at that index; undefined if the file has changed since. */
  find(index: number, stat: FileStat): FileRecord | undefined;
  /** Adds a record. `stat` was taken before the file was read, and `readAt` (ms) is the time before reading. */
  learn(path: string, stat: FileStat, readAt: number, record: FileRecord): void;
  /**
   * Writes the records that were added or found, if any was added, in the order of `files`: all files of the snapshot. Files
   * without a record keep their place. Never fails: without the cache, the next snapshot takes longer.
   */
  save(files: readonly { path: string }[]): Promise<void>;
  /** Removes the cache, because it was wrong about a file. */
  forget(): Promise<void>;
}

/** Without `file`, nothing is known and nothing is saved. */
export function openFileCache(file: string | undefined): FileCache {
  const cached = (file !== undefined && readCachedFiles(file)) || NOTHING;
  const { paths } = cached;
  const found: number[] = [];
  const learnt: Row[] = [];
  return {
    paths,
    indexOf: createFinder(paths),
    find(index, stat) {
      if (!isAsKnown(cached, index, stat)) return undefined;
      found.push(index);
      return recordAt(cached, index);
    },
    learn(path, stat, readAt, { hash, flag }) {
      if (Math.max(stat.mtimeMs, stat.ctimeMs) > readAt - RACY_MS) return;
      learnt.push({ path, numbers: numbersOf(stat), hash, flag });
    },
    async save(files) {
      if (learnt.length === 0 || file === undefined) return;
      const rows = [...found.map((index) => rowAt(cached, index)), ...learnt];
      const byPath = new Map(rows.map((row) => [row.path, row]));
      await writeColumns(file, columnsOf(files.map(({ path }) => byPath.get(path) ?? { path, ...UNKNOWN })));
    },
    forget: async () => (file === undefined ? undefined : rm(file, { force: true }).catch(() => undefined)),
  };
}

/** Builds a table only when paths are not requested in the order of `paths`. */
function createFinder(paths: readonly string[]): (path: string) => number | undefined {
  let expected = 0;
  let table: Map<string, number> | undefined;
  return (path) => {
    const isExpected = paths[expected] === path;
    table ??= isExpected ? undefined : new Map(paths.map((known, index) => [known, index]));
    const index = isExpected ? expected : table?.get(path);
    if (index !== undefined) expected = index + 1;
    return index;
  };
}

function isAsKnown({ numbers }: CachedFiles, index: number, stat: FileStat): boolean {
  const at = index * NUMBERS;
  return (
    numbers[at] === stat.size &&
    numbers[at + 1] === stat.mtimeMs &&
    numbers[at + 2] === stat.ctimeMs &&
    numbers[at + 3] === stat.ino
  );
}

const numbersOf = ({ size, mtimeMs, ctimeMs, ino }: FileStat): number[] => [size, mtimeMs, ctimeMs, ino];

function recordAt({ paths, hashes, flags }: CachedFiles, index: number): FileRecord {
  return { hash: hashes[index] ?? '', flag: (flags.size > 0 && flags.get(paths[index] ?? '')) || '' };
}

function rowAt(cached: CachedFiles, index: number): Row {
  const numbers = cached.numbers.slice(index * NUMBERS, (index + 1) * NUMBERS);
  return { path: cached.paths[index] ?? '', numbers, ...recordAt(cached, index) };
}

const NOTHING: CachedFiles = { paths: [], numbers: [], hashes: [], flags: new Map() };

function columnsOf(rows: readonly Row[]): Columns {
  return {
    version: VERSION,
    paths: rows.map(({ path }) => path),
    numbers: rows.flatMap(({ numbers }) => numbers),
    hashes: rows.map(({ hash }) => hash),
    flags: rows.flatMap(({ path, flag }) => (flag === '' ? [] : [[path, flag]])),
  };
}

/** Undefined if the file is absent or unreadable. Synchronous, because nothing else can be done before, and this is faster. */
function readCachedFiles(file: string): CachedFiles | undefined {
  try {
    const { version, paths, numbers, hashes, flags } = JSON.parse(readFileSync(file, 'utf8')) as Columns;
    const isWhole = numbers.length === paths.length * NUMBERS && hashes.length === paths.length;
    return version === VERSION && isWhole ? { paths, numbers, hashes, flags: new Map(flags) } : undefined;
  } catch {
    return undefined;
  }
}

async function writeColumns(file: string, columns: Columns): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    makeFolders(dirname(file), 0o700);
    await writeFile(draft, JSON.stringify(columns), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
