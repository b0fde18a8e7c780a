// The lock of a state folder: one process at a time owns it. A lock file is named by its process's identity, and holds that of
// the folder: in a copy of the folder it does not count. A
// process makes its own file and then looks for others: it is the owner where no other running process has one. Of two
// that try at once the later one sees the earlier one's file, so there are never two owners. The lock file of a process
// that ended, in whatever way, does not count.
import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isRunning, pidOf } from '../shared/process-identity';
import { identityOfFolder } from './identity-of-folder';
import { readTextIfAny } from './private-files';

/** The folder of lock files. Clients read it as well, and a running local cloud may be of an earlier version. */
export const LOCK_FOLDER = 'owners';

export interface Lock {
  release(): void;
  /** False where the lock file is gone, with the whole folder or alone, or is another file: then nothing there is ours. */
  isOurs(): boolean;
}

export type LockAttempt = { lock: Lock } | { ownerPids: number[] };

/**
 * Tries once to become the owner of `folder`. Where two processes try at the same moment both may be refused. A process
 * that tries while the owner leaves is refused without any pids. Try again after a random pause.
 */
export function tryLock(folder: string): LockAttempt {
  const files = join(folder, LOCK_FOLDER);
  const own = identityOf(process.pid);
  if (own === null) throw new Error('cannot find out when this process started: neither /proc nor ps tells');
  if (!makeLockFile(folder, own)) return { ownerPids: [] };

  const release = (): void => {
    rmSync(join(files, own), { force: true });
    try {
      rmdirSync(files);
    } catch {
      // Another process has made its lock file already.
    }
  };
  const others = readdirSync(files).filter((name) => name !== own);
  const running = others.filter((name) => isRunning(name) && isOfFolder(join(files, name), folder));
  if (running.length === 0) {
    for (const gone of others) rmSync(join(files, gone), { force: true });
    const made = fileAt(join(files, own));
    return { lock: { release, isOurs: () => isSameFile(made, () => fileAt(join(files, own))) } };
  }
  rmSync(join(files, own), { force: true });
  return { ownerPids: running.map(pidOf).filter((pid) => pid !== null) };
}

/** An empty one counts: it is being made, or an earlier version made it. So does one that is gone: it may come again. */
function isOfFolder(file: string, folder: string): boolean {
  const text = readTextIfAny(file);
  return text === null || text === '' || text === identityOfFolder(folder);
}

const fileAt = (path: string): string => {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
};

/** A folder that cannot be read for the moment is not gone. */
function isSameFile(made: string, found: () => string): boolean {
  try {
    return found() === made;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

/** False where another process that was leaving removed the folder just before our file was in it. */
function makeLockFile(folder: string, own: string): boolean {
  const files = join(folder, LOCK_FOLDER);
  try {
    mkdirSync(files, { recursive: true, mode: 0o700 });
    writeFileSync(join(files, own), identityOfFolder(folder), { mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
