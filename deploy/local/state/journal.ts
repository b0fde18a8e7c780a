// A durable append-only log of JSON lines. An append returns after write(2): kill -9 loses nothing that was acknowledged.
// If the process dies inside a write, that append was never acknowledged, and the next start cuts all of it off: every
// line of an append except its last begins with `+`. A power loss may lose the last appends. Any other damage is an error.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

/** The journal holds something that no append wrote. Continuing would lose the entries after it. */
export class JournalDamagedError extends Error {
  constructor(
    readonly file: string,
    readonly byte: number,
    options: ErrorOptions,
  ) {
    super(
      `${file} is damaged at byte ${byte}. Restore the state folder from a copy, or end the VMs and delete all runs ` +
        'and results with: mymlops-client local reset',
      options,
    );
  }
}

export interface Journal<T> {
  /** Appends all entries, or throws the file system's error and appends none. */
  append(...entries: T[]): void;
  /** False where the file was removed or replaced: what is appended is lost when this process ends. */
  isInPlace(): boolean;
  /** Bytes in the file: callers compact when this is much more than their live data. */
  size(): number;
  /** Replaces the whole log at once (writes a new file, then renames it), or throws and changes nothing. */
  rewrite(entries: Iterable<T>): void;
  /** After this append and rewrite throw. May be called twice. */
  close(): void;
}

const MORE_FOLLOWS = '+';

/**
 * Opens `file`, creating it if absent, and passes every entry to `replay`, oldest first. Only one process at a time may
 * have it open.
 * @throws JournalDamagedError, and leaves the file as it is.
 */
export function openJournal<T>(file: string, replay: (entry: T) => void): Journal<T> {
  let size = existsSync(file) ? replayFile(file, (entry) => replay(entry as T)) : 0;
  let fd: number | null = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600);
  ftruncateSync(fd, size);

  const openFd = (): number => {
    // The descriptor of a closed file may already belong to another file.
    if (fd === null) throw new Error(`the journal is closed: ${file}`);
    return fd;
  };

  return {
    append(...entries) {
      const target = openFd();
      try {
        size += writeAt(target, size, linesOf(entries));
      } catch (error) {
        ftruncateSync(target, size); // a full disk leaves half a line: nothing of this append may be read later
        throw error;
      }
    },
    size: () => size,
    isInPlace: () => fd !== null && isFileAt(file, fd),
    rewrite(entries) {
      const old = openFd();
      if (!isFileAt(file, old)) throw new Error(`${file} was removed or replaced meanwhile`);
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

function isFileAt(file: string, fd: number): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  const { dev, ino } = fstatSync(fd);
  return found?.dev === dev && found.ino === ino;
}

function linesOf(entries: readonly unknown[]): Buffer {
  const last = entries.length - 1;
  const lines = entries.map((entry, index) => `${index < last ? MORE_FOLLOWS : ''}${JSON.stringify(entry)}\n`);
  return Buffer.from(lines.join(''), 'utf8');
}

/** Returns the number of bytes written, which is all of them. */
function writeAt(fd: number, position: number, bytes: Buffer): number {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

/** Returns the length in bytes of the complete appends; anything after them is an interrupted write. */
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

/** Start and end of each line from `from` on. Text without a line feed at its end is not a line. */
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

/** A power loss turns the last appends into zeros, which no line of ours contains, with no complete line after them. */
function isLostTail(bytes: Buffer, start: number, end: number): boolean {
  if (!bytes.subarray(start, end).includes(0)) return false;
  return [...linesFrom(bytes, end + 1)].every((line) => 'error' in parseLine(bytes, line.start, line.end));
}
