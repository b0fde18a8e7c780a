// The state folder: whose it is, and the small files in it. See main.ts for what lies there.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMULATED, type Emulators } from '@mymlops/protocol';
import { LOCK_FOLDER } from './lock';
import { readTextIfAny, writePrivateFile } from './private-files';

/** The person who started the program can put it right: the message says how. */
export class StateFolderError extends Error {}

export const SERVICES = ['firestore', 'pubsub', 'compute', 'storage'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type Ports = Record<ServiceName, number>;

const MARKER = 'mymlops.json';
const TOKEN = 'token';
const PORTS = 'ports.json';
const EMULATORS = 'emulators.json';
const SOCKET_FOLDER = 'socket-folder';
const SOCKET = 'functions.sock';
/** A socket's path is limited to 104 bytes on macOS and 108 on Linux; the host adds its pid for a moment. */
const LONGEST_SOCKET_PATH = 90;
/** The client keeps notes in these on projects, on folders that it pulled into, and on names that `init` gave. */
const CLIENTS_FOLDERS = ['snapshots', 'pulls', 'repository-names'];
/** What may lie in a folder that is not marked as ours yet. */
const HARMLESS = new Set([LOCK_FOLDER, ...CLIENTS_FOLDERS, '.DS_Store']);

/**
 * Makes `folder`, or checks that it is private, and ours or empty: a wrong path must not fill, and later with --destroy
 * empty, somebody's home folder. Throws StateFolderError.
 */
export function checkStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(folder);
  if ((process.getuid?.() ?? uid) !== uid) throw new StateFolderError(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0)
    throw new StateFolderError(`${folder} is open to other users: chmod 700 it, or name another`);
  const names = readdirSync(folder);
  if (names.includes(MARKER) || names.every((name) => HARMLESS.has(name))) return;
  throw new StateFolderError(`${folder} holds other things: name an empty folder, or one that does not exist`);
}

/** Marks the folder as the state of `deployment`. The owner calls it. Throws StateFolderError for another one's state. */
export function markStateFolder(folder: string, deployment: string): void {
  const file = join(folder, MARKER);
  const text = readTextIfAny(file);
  if (text === null) return writePrivateFile(file, `${JSON.stringify({ v: 1, deployment })}\n`);
  const marker = parseObject(text);
  if (Object.keys(marker).length === 0) {
    const line = `echo '${JSON.stringify({ v: 1, deployment })}' > '${file}'`;
    throw new StateFolderError(
      `${file} is damaged, which says whose state this is. If it is that of the deployment ${deployment}, write it anew: ${line}`,
    );
  }
  if (marker['v'] !== 1) throw new StateFolderError(`${folder} was made by another version of mymlops`);
  if (marker['deployment'] !== deployment) {
    throw new StateFolderError(
      `${folder} is the state of the deployment ${String(marker['deployment'])}, not ${deployment}`,
    );
  }
}

/** The owner's bearer token; made at the first call. */
export function ownerTokenOf(folder: string): string {
  const file = join(folder, TOKEN);
  const token = readTextIfAny(file)?.trim() ?? '';
  if (/^[0-9a-f]{64}$/.test(token)) return token;
  const fresh = randomBytes(32).toString('hex');
  writePrivateFile(file, `${fresh}\n`);
  return fresh;
}

/** The ports of the last time; 0 (any) where there are none. */
export function portsOf(folder: string): Ports {
  const known = parseObject(readTextIfAny(join(folder, PORTS)));
  const port = (name: ServiceName): number => {
    const value = known[name];
    return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536 ? Number(value) : 0;
  };
  return { firestore: port('firestore'), pubsub: port('pubsub'), compute: port('compute'), storage: port('storage') };
}

export function rememberPorts(folder: string, ports: Ports): void {
  writePrivateFile(join(folder, PORTS), `${JSON.stringify(ports)}\n`);
}

/** The emulators of the last time, as they were remembered. */
export function emulatorsOf(folder: string): Emulators {
  const known = parseObject(readTextIfAny(join(folder, EMULATORS)));
  const entries = EMULATED.map((service) => [service, known[service]] as const);
  return Object.fromEntries(entries.filter(([, address]) => typeof address === 'string'));
}

export function rememberEmulators(folder: string, emulators: Emulators): void {
  writePrivateFile(join(folder, EMULATORS), `${JSON.stringify(emulators)}\n`);
}

/** A folder of a service, made where it is missing. */
export function subfolderOf(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Where the functions listen: in the state folder, or where that path is too long in a private temporary folder. */
export function functionsSocketOf(folder: string, temporary: string = tmpdir()): string {
  const path = join(folder, SOCKET);
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const known = shortFolderOf(folder);
  if (known !== null) return join(known, SOCKET);
  const fresh = makeTemporary(temporary);
  chmodSync(fresh, 0o700);
  writePrivateFile(join(folder, SOCKET_FOLDER), fresh);
  return join(fresh, SOCKET);
}

function makeTemporary(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'mymlops-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StateFolderError(`${parent} cannot be used for temporary files (${code}): set TMPDIR to another folder`);
  }
}

/** Removes the socket and, where there is one, its temporary folder. */
export function removeFunctionsSocket(folder: string): void {
  rmSync(join(folder, SOCKET), { force: true });
  const short = shortFolderOf(folder);
  if (short !== null) rmSync(short, { recursive: true, force: true });
  rmSync(join(folder, SOCKET_FOLDER), { force: true });
}

/** The recorded temporary folder, if it is still there and nobody else's. */
function shortFolderOf(folder: string): string | null {
  const path = readTextIfAny(join(folder, SOCKET_FOLDER));
  const found = path === null ? undefined : lstatSync(path, { throwIfNoEntry: false });
  const isOurs = found?.isDirectory() && (found.mode & 0o077) === 0 && found.uid === (process.getuid?.() ?? found.uid);
  return isOurs ? path : null;
}

/** Removes everything of ours but the claims, the marker last: what is interrupted can be repeated. */
export function emptyStateFolder(folder: string): void {
  removeFunctionsSocket(folder);
  const names = readdirSync(folder).filter((name) => name !== LOCK_FOLDER && name !== MARKER);
  for (const name of [...names, MARKER]) rmSync(join(folder, name), { recursive: true, force: true });
}

function parseObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
