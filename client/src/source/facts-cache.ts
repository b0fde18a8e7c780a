// What is known of files that were read before, so that a file at rest is not read again: git's own idea (its "racy git"
// page), kept by us because git's hashes are of filtered contents, and because not everything is tracked.
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../make-folders';
import type { Look } from './look';

/** Something about a file that is said to the user. */
export type Finding = '' | 'private-key' | 'lfs-pointer' | 'outward-link';

export interface FileFacts {
  /** Of its blob. */
  hash: string;
  finding: Finding;
}

/** Changed when the form of the file or the findings' rules change. */
const VERSION = 2;
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

interface Row extends FileFacts {
  path: string;
  look: Look;
}

const NUMBERS = 4;
const HASH_LENGTH = 40;

export interface FactsCache {
  /** What was known at the beginning. */
  paths: readonly string[];
  /** Undefined where the file is not known as it is now. */
  find(path: string, look: Look): FileFacts | undefined;
  /** The file was looked at before it was read, and `readAt` (ms) before that. */
  learn(path: string, look: Look, readAt: number, facts: FileFacts): void;
  /** Writes what was learnt and what was found, if anything was learnt. Never fails: the next snapshot takes longer. */
  save(): Promise<void>;
  /** Removes it all: it was wrong about a file. */
  forget(): Promise<void>;
}

/** Without a file nothing is known and nothing is kept. */
export function openFactsCache(file: string | undefined): FactsCache {
  const { paths, numbers, hashes, findings } = (file !== undefined && readMemory(file)) || NOTHING;
  const indices = new Map(paths.map((path, index) => [path, index]));
  const found: Row[] = [];
  const learnt: Row[] = [];
  return {
    paths,
    find(path, look) {
      const index = indices.get(path);
      if (index === undefined) return undefined;
      const at = index * NUMBERS;
      const isSame =
        numbers[at] === look.size &&
        numbers[at + 1] === look.mtimeMs &&
        numbers[at + 2] === look.ctimeMs &&
        numbers[at + 3] === look.ino;
      if (!isSame) return undefined;
      const hash = hashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
      const row = { path, look, hash, finding: findings.get(path) ?? '' };
      found.push(row);
      return row;
    },
    learn(path, look, readAt, { hash, finding }) {
      if (Math.max(look.mtimeMs, look.ctimeMs) > readAt - RACY_MS) return;
      learnt.push({ path, look, hash, finding });
    },
    async save() {
      if (learnt.length > 0 && file !== undefined) await writeColumns(file, columnsOf([...found, ...learnt]));
    },
    forget: async () => (file === undefined ? undefined : rm(file, { force: true }).catch(() => undefined)),
  };
}

const NOTHING: Memory = { paths: [], numbers: new Float64Array(), hashes: '', findings: new Map() };

function columnsOf(rows: readonly Row[]): Columns {
  const numbers = rows.flatMap(({ look: { size, mtimeMs, ctimeMs, ino } }) => [size, mtimeMs, ctimeMs, ino]);
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
