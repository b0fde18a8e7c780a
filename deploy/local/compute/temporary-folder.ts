// TMPDIR of a VM. Programs make Unix sockets there (Python's multiprocessing does), whose paths must be short: it is in the VM's
// folder only where that path is short enough.
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { removeFolder } from './remove-folder';

/** A Unix socket's path has at most 104 bytes on macOS and 108 on Linux, with the zero at its end. */
const LONGEST_SOCKET_PATH = 103;
/** The path of multiprocessing's sockets below TMPDIR. */
const SOCKET = '/pymp-12345678/listener-12345678';
/** Not the system's TMPDIR: on a Mac that is long itself. */
const SHORT_ROOT = '/tmp';

/** HOME of the VM's processes. Pure. */
export const homeOf = (folder: string): string => join(folder, 'home');

/** `folder`: the VM's own, which is named by its id. Pure. */
export function temporaryFolderOf(folder: string): string {
  const inside = join(folder, 'tmp');
  return Buffer.byteLength(`${inside}${SOCKET}`) <= LONGEST_SOCKET_PATH ? inside : shortFolderOf(folder);
}

/** Makes it, for this user alone. May be called twice. Throws where somebody else has made it. */
export function makeTemporaryFolder(folder: string): void {
  const path = temporaryFolderOf(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (!isOurs(path)) throw new Error(`${path} belongs to another user`);
  chmodSync(path, 0o700);
}

/** Removes it with its contents, as a boot does. May be called twice. */
export async function clearTemporaryFolder(folder: string): Promise<void> {
  const path = temporaryFolderOf(folder);
  if (isOurs(path)) await removeFolder(path);
}

/** Removes it where it is outside of the VM's folder. May be called twice. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  const path = temporaryFolderOf(folder);
  if (path === shortFolderOf(folder) && isOurs(path)) await removeFolder(path);
}

/** A copy of the state folder has a folder of the same name, and another path. */
function shortFolderOf(folder: string): string {
  const path = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(SHORT_ROOT, `mymlops-${basename(folder)}-${path}`);
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}
