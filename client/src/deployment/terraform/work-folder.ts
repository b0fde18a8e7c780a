// The folder in which Terraform works. It outlives this process if Terraform does: after kill -9, at the end of a terminal, or when a
// second Ctrl-C ends the waiting, Terraform finishes what it has begun, and needs its files. A later `deploy` removes it.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../core/context';
import { isAlive } from '../../core/is-alive';
import { makeTempFolder } from '../../files/make-temp-folder';
import { tempName } from '../../files/stale-temp-files';

const PREFIX = 'mymlops-deploy-';
const NAME = /^mymlops-deploy-[A-Za-z0-9]{6}$/;
const PROCESSES = 'processes.txt';

/** Notes that the process works in the folder. */
export function noteProcess(folder: string, pid: number): void {
  // With the place in which the number is a process: containers may share the folder of temporary files.
  appendFileSync(join(folder, PROCESSES), `${tempName('mymlops-temp', pid)}\n`);
}

function forgetProcess(folder: string, pid: number): void {
  const left = notesIn(folder)?.filter((note) => note !== tempName('mymlops-temp', pid));
  if (left !== undefined) writeFileSync(join(folder, PROCESSES), left.map((note) => `${note}\n`).join(''));
}

/** Calls `work` with a new folder, and removes it unless Terraform still works there. Throws ExpectedError if it cannot be created. */
export async function withWorkFolder<T>(
  context: Pick<Context, 'beforeExit'>,
  work: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const folder = await makeTempFolder(PREFIX, parent);
  noteProcess(folder, process.pid);
  const removeNow = (): void => {
    try {
      forgetProcess(folder, process.pid);
      if (!hasLife(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A provider that outlives Terraform for a moment still writes there. The next `deploy` removes it.
    }
  };
  context.beforeExit.add(removeNow);
  try {
    await removeStale(parent);
    return await work(folder);
  } finally {
    removeNow();
    context.beforeExit.delete(removeNow);
  }
}

/** Never fails: the next program tries again. */
async function removeStale(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const path of names.filter((name) => NAME.test(name)).map((name) => join(parent, name))) {
    const stats = await lstat(path).catch(() => undefined);
    const isTheUsers = stats && (process.getuid === undefined || stats.uid === process.getuid());
    if (isTheUsers && stats.isDirectory() && !hasLife(path)) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Whether a process works there, of this place or of one that cannot be looked into. */
function hasLife(folder: string): boolean {
  const notes = notesIn(folder);
  // It was made a moment ago, and its process is not noted yet.
  if (notes === undefined) return true;
  return notes.some((note) => {
    const pid = Number(/-(\d+)-$/.exec(note)?.[1]);
    return note !== tempName('mymlops-temp', pid) || isAlive(pid);
  });
}

function notesIn(folder: string): string[] | undefined {
  try {
    return readFileSync(join(folder, PROCESSES), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return undefined;
  }
}
