// What is known of files that were read before, so that a file at rest is not read again: git's own idea (its "racy git"
// page), kept by us because git's hashes are of filtered contents, and because not everything is tracked.
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../files/make-folders';
import type { Look } from './file-stat';

/** Something about a file that is said to the user. */
export type Finding = '' | 'private-key' | 'lfs-pointer' | 'outward-link';

export interface FileFacts {
  /** Of its blob. */
  hash: string;
  finding: Finding;
}

/** Changed when the form of the file or the findings' rules change. */
const VERSION = 3;
/** A file may change again without its times changing: by this much the clocks of file systems are coarse. */
const RACY_MS = 2000;

/** As they are kept: few long texts, for these are read many times as fast as thousands of rows. */
interface Columns {
  version: typeof VERSION;
  /** With two slashes in between, which no path holds. */
  paths: string;
  /** Of each path in turn size, mtime, ctime, inode: base64 of doubles. */
  numbers: string;
  /** Of each path in turn, hexadecimal. */
  hashes: string;
  /** Of the few paths that have one. */
  findings: [path: string, finding: Finding][];
}

interface Memory {
  paths: string[];
  numbers: Float64Array;
  hashes: string;
  findings: Map<string, Finding>;
}

const SEPARATOR = '//';
/** What no look at a file is. */
const UNKNOWN = { numbers: [NaN, NaN, NaN, NaN], hash: '0'.repeat(40), finding: '' as const };

interface Row extends FileFacts {
  path: string;
  /** As in Columns. */
  numbers: readonly number[];
}

const NUMBERS = 4;
const HASH_LENGTH = 40;

export interface FactsCache {
  /** What was known at the beginning, in the order in which the files came. */
  paths: readonly string[];
  /** Where among `paths` it is; undefined where it is not. Fastest in their order. */
  indexOf(path: string): number | undefined;
  /** Of the path at that index; undefined where the file is not known as it is now. */
  find(index: number, look: Look): FileFacts | undefined;
  /** The file was looked at before it was read, and `readAt` (ms) before that. */
  learn(path: string, look: Look, readAt: number, facts: FileFacts): void;
  /**
   * Writes what was learnt and what was found, if anything was learnt, in the order of `files`, which are all that were
   * taken: of those without facts the place. Never fails: the next snapshot takes longer.
   */
  save(files: readonly { path: string }[]): Promise<void>;
  /** Removes it all: it was wrong about a file. */
  forget(): Promise<void>;
}

/** Without a file nothing is known and nothing is kept. */
export function openFactsCache(file: string | undefined): FactsCache {
  const memory = (file !== undefined && readMemory(file)) || NOTHING;
  const { paths } = memory;
  const found: number[] = [];
  const learnt: Row[] = [];
  return {
    paths,
    indexOf: createFinder(paths),
    find(index, look) {
      if (!isAsKnown(memory, index, look)) return undefined;
      found.push(index);
      return factsAt(memory, index);
    },
    learn(path, look, readAt, { hash, finding }) {
      if (Math.max(look.mtimeMs, look.ctimeMs) > readAt - RACY_MS) return;
      learnt.push({ path, numbers: numbersOf(look), hash, finding });
    },
    async save(files) {
      if (learnt.length === 0 || file === undefined) return;
      const rows = [...found.map((index) => rowAt(memory, index)), ...learnt];
      const byPath = new Map(rows.map((row) => [row.path, row]));
      await writeColumns(file, columnsOf(files.map(({ path }) => byPath.get(path) ?? { path, ...UNKNOWN })));
    },
    forget: async () => (file === undefined ? undefined : rm(file, { force: true }).catch(() => undefined)),
  };
}

/** Whoever asks in the order of `paths` needs no table of thousands. */
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

function isAsKnown({ numbers }: Memory, index: number, look: Look): boolean {
  const at = index * NUMBERS;
  return (
    numbers[at] === look.size &&
    numbers[at + 1] === look.mtimeMs &&
    numbers[at + 2] === look.ctimeMs &&
    numbers[at + 3] === look.ino
  );
}

const numbersOf = ({ size, mtimeMs, ctimeMs, ino }: Look): number[] => [size, mtimeMs, ctimeMs, ino];

function factsAt({ paths, hashes, findings }: Memory, index: number): FileFacts {
  const hash = hashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
  return { hash, finding: (findings.size > 0 && findings.get(paths[index] ?? '')) || '' };
}

function rowAt(memory: Memory, index: number): Row {
  const numbers = [...memory.numbers.subarray(index * NUMBERS, (index + 1) * NUMBERS)];
  return { path: memory.paths[index] ?? '', numbers, ...factsAt(memory, index) };
}

const NOTHING: Memory = { paths: [], numbers: new Float64Array(), hashes: '', findings: new Map() };

function columnsOf(rows: readonly Row[]): Columns {
  const numbers = rows.flatMap((row) => row.numbers);
  return {
    version: VERSION,
    paths: rows.map(({ path }) => path).join(SEPARATOR),
    numbers: Buffer.from(new Float64Array(numbers).buffer).toString('base64'),
    hashes: rows.map(({ hash }) => hash).join(''),
    findings: rows.flatMap(({ path, finding }) => (finding === '' ? [] : [[path, finding]])),
  };
}

/** Undefined: none yet, or not readable. Synchronous: whoever asks can do nothing before, and turns of the loop take longer. */
function readMemory(file: string): Memory | undefined {
  try {
    const columns = JSON.parse(readFileSync(file, 'utf8')) as Columns;
    const { hashes } = columns;
    const paths = columns.paths.split(SEPARATOR);
    const numbers = new Float64Array(new Uint8Array(Buffer.from(columns.numbers, 'base64')).buffer);
    const findings = new Map(columns.findings);
    const isWhole = numbers.length === paths.length * NUMBERS && hashes.length === paths.length * HASH_LENGTH;
    return columns.version === VERSION && isWhole ? { paths, numbers, hashes, findings } : undefined;
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
