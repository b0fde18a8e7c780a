// A durable append-only log of JSON lines. An append returns after write(2): a kill -9 loses nothing that was acknowledged;
// a torn last line (the crash came inside a write) was never acknowledged and is cut off at the next start.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';

export interface Journal<T> {
  /** Appends all entries or, throwing what the file system said, none. */
  append(...entries: T[]): void;
  /** Bytes in the file: a caller compacts when this outgrows its live data. */
  size(): number;
  /** Replaces the whole log by `entries` at once (written beside it, then renamed over it). */
  rewrite(entries: Iterable<T>): void;
  close(): void;
}

/** Opens `file`, made if absent, and hands every entry in it to `replay`, oldest first. One process at a time may have it. */
export function openJournal<T>(file: string, replay: (entry: T) => void): Journal<T> {
  let size = existsSync(file) ? replayFile(file, replay) : 0;
  let fd = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600);
  ftruncateSync(fd, size);

  const writeAll = (text: string): void => {
    const bytes = Buffer.from(text, 'utf8');
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, size + done);
    } catch (error) {
      ftruncateSync(fd, size); // a full disk leaves half a line: nothing of this append may be read back
      throw error;
    }
    size += bytes.length;
  };

  return {
    append: (...entries) => writeAll(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    size: () => size,
    rewrite(entries) {
      const fresh = `${file}.new`;
      const freshFd = openSync(fresh, 'w+', 0o600);
      const oldFd = fd;
      const oldSize = size;
      fd = freshFd;
      size = 0;
      try {
        for (const entry of entries) writeAll(`${JSON.stringify(entry)}\n`);
        fdatasyncSync(fd);
        renameSync(fresh, file);
        closeSync(oldFd);
      } catch (error) {
        closeSync(freshFd);
        fd = oldFd;
        size = oldSize;
        throw error;
      }
    },
    close: () => closeSync(fd),
  };
}

/** Returns the length in bytes of the whole entries; what follows them is a torn write. */
function replayFile<T>(file: string, replay: (entry: T) => void): number {
  const bytes = readFileSync(file);
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    replay(JSON.parse(bytes.toString('utf8', start, end)) as T);
    start = end + 1;
  }
  return start;
}
