// A durable append-only log of JSON lines. An append returns after write(2): a kill -9 loses nothing that was acknowledged;
// a torn append (the crash came inside a write) was never acknowledged and is cut off at the next start, all of it:
// every line of an append but its last begins with `+`. A power loss may take the last appends with it; any other damage is
// an error.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

/** The journal holds something that no append wrote: going on would lose what came after. */
export class JournalDamagedError extends Error {
  constructor(
    readonly file: string,
    readonly byte: number,
    options: ErrorOptions,
  ) {
    super(
      `${file} is damaged at byte ${byte}. Put a copy of the state folder back, or end the machines and delete all ` +
        'runs and results with: mymlops local reset',
      options,
    );
  }
}

export interface Journal<T> {
  /** Appends all entries or, throwing what the file system said, none. */
  append(...entries: T[]): void;
  /** Bytes in the file: a caller compacts when this outgrows its live data. */
  size(): number;
  /** Replaces the whole log by `entries` at once (written beside it, then renamed over it), or throws and changes nothing. */
  rewrite(entries: Iterable<T>): void;
  /** An append or rewrite after this throws. May be called twice. */
  close(): void;
}

const MORE_FOLLOWS = '+';

/**
 * Opens `file`, made if absent, and hands every entry in it to `replay`, oldest first. One process at a time may have it.
 * @throws JournalDamagedError, with the file left as it is.
 */
export function openJournal<T>(file: string, replay: (entry: T) => void): Journal<T> {
  let size = existsSync(file) ? replayFile(file, (entry) => replay(entry as T)) : 0;
  let fd: number | null = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600);
  ftruncateSync(fd, size);

  const openFd = (): number => {
    // The number of a closed file may already be another file's.
    if (fd === null) throw new Error(`the journal is closed: ${file}`);
    return fd;
  };

  return {
    append(...entries) {
      const target = openFd();
      try {
        size += writeAt(target, size, linesOf(entries));
      } catch (error) {
        ftruncateSync(target, size); // a full disk leaves half a line: nothing of this append may be read back
        throw error;
      }
    },
    size: () => size,
    rewrite(entries) {
      const old = openFd();
      const fresh = `${file}.new`;
      const freshFd = openSync(fresh, 'w+', 0o600);
      let freshSize = 0;
      try {
        for (const entry of entries) freshSize += writeAt(freshFd, freshSize, linesOf([entry]));
        fdatasyncSync(freshFd);
        renameSync(fresh, file);
      } catch (error) {
        closeSync(freshFd);
        rmSync(fresh, { force: true });
        throw error;
      }
      fd = freshFd;
      size = freshSize;
      closeSync(old);
    },
    close() {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}

function linesOf(entries: readonly unknown[]): Buffer {
  const last = entries.length - 1;
  const lines = entries.map((entry, index) => `${index < last ? MORE_FOLLOWS : ''}${JSON.stringify(entry)}\n`);
  return Buffer.from(lines.join(''), 'utf8');
}

/** Returns the number of bytes written: all of them. */
function writeAt(fd: number, position: number, bytes: Buffer): number {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

/** Returns the length in bytes of the whole appends; what follows them is a torn write. */
function replayFile(file: string, replay: (entry: unknown) => void): number {
  const bytes = readFileSync(file);
  let whole = 0;
  let pending: unknown[] = [];
  for (const { start, end } of linesFrom(bytes, 0)) {
    const line = parseLine(bytes, start, end);
    if ('error' in line) {
      if (isLostTail(bytes, start, end)) break;
      throw new JournalDamagedError(file, start, { cause: line.error });
    }
    pending.push(line.entry);
    if (!line.isLast) continue;
    for (const entry of pending) replay(entry);
    pending = [];
    whole = end + 1;
  }
  return whole;
}

/** Where the lines from `from` on begin and end; one without its line feed is none. */
function* linesFrom(bytes: Buffer, from: number): Generator<{ start: number; end: number }> {
  for (let start = from, end = bytes.indexOf('\n', start); end !== -1; end = bytes.indexOf('\n', start)) {
    yield { start, end };
    start = end + 1;
  }
}

function parseLine(
  bytes: Buffer,
  start: number,
  end: number,
): { entry: unknown; isLast: boolean } | { error: unknown } {
  const line = bytes.toString('utf8', start, end);
  const isLast = !line.startsWith(MORE_FOLLOWS);
  try {
    return { entry: JSON.parse(isLast ? line : line.slice(MORE_FOLLOWS.length)), isLast };
  } catch (error) {
    return { error };
  }
}

/** What a power loss leaves of the last appends: zeros, which no line of ours holds, and no whole line after them. */
function isLostTail(bytes: Buffer, start: number, end: number): boolean {
  if (!bytes.subarray(start, end).includes(0)) return false;
  return [...linesFrom(bytes, end + 1)].every((line) => 'error' in parseLine(bytes, line.start, line.end));
}
