// The state folder: which deployment it belongs to, and the small files in it. main.ts lists them all.
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMULATED, type Emulators, newBucketSuffix } from '@mymlops/protocol';
import { identityOfFolder } from './identity-of-folder';
import { LOCK_FOLDER } from './lock';
import { readTextIfAny, writePrivateFile } from './private-files';

/** An error that the user can fix: the message says how. */
export class StateFolderError extends Error {}

export const SERVICES = ['firestore', 'pubsub', 'compute', 'storage', 'secrets'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type Ports = Record<ServiceName, number>;

const MARKER = 'mymlops.json';
const COMPUTE: ServiceName = 'compute';
const VMS = 'vms';
const TOKEN = 'token';
const BUCKET_SUFFIX = 'bucket-suffix';
const PORTS = 'ports.json';
const EMULATORS = 'emulators.json';
const SOCKET_FOLDER = 'socket-folder';
const SOCKET = 'functions.sock';
/** A socket's path is limited to 104 bytes on macOS and 108 on Linux; for a moment functions-host.ts appends its pid. */
const LONGEST_SOCKET_PATH = 90;
/** The client keeps its records of projects, pulled folders, and names given by `init` in these. */
const CLIENTS_FOLDERS = ['snapshots', 'pulls', 'repository-names'];
/** A folder that holds only these may become a state folder. */
const HARMLESS = new Set([LOCK_FOLDER, ...CLIENTS_FOLDERS, '.DS_Store']);

/**
 * Creates `folder`, or checks that it is private, and either ours or empty: a wrong path must not fill somebody's home
 * folder, or empty it with --destroy. Throws StateFolderError.
 */
export function checkStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(folder);
  if ((process.getuid?.() ?? uid) !== uid) throw new StateFolderError(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0)
    throw new StateFolderError(`${folder} is open to other users. Close it with chmod 700, or choose another folder`);
  const names = readdirSync(folder);
  const isHarmless = (name: string): boolean =>
    HARMLESS.has(name) || (name === COMPUTE && holdsVmsFoldersAlone(join(folder, COMPUTE)));
  if (names.includes(MARKER) || names.every(isHarmless)) return;
  throw new StateFolderError(`${folder} holds other files. Choose an empty folder, or one that does not exist`);
}

/** A VM that runs while the state folder is removed may make its own folder anew. It is named by its id. */
function holdsVmsFoldersAlone(compute: string): boolean {
  try {
    if (readdirSync(compute).join() !== VMS) return false;
    return readdirSync(join(compute, VMS)).every((name) => /^\d{19}$/.test(name));
  } catch {
    return false;
  }
}

/** Removes such folders of VMs, which have ended, unless the folder is the state of another local cloud by now. */
export function removeVmsFolders(folder: string): void {
  if (readTextIfAny(join(folder, MARKER)) !== null || !holdsVmsFoldersAlone(join(folder, COMPUTE))) return;
  rmSync(join(folder, COMPUTE), { recursive: true, force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Marks the folder as the state of `deployment`; the caller holds its lock. Throws StateFolderError where another deployment marked it. */
export function markStateFolder(folder: string, deployment: string): void {
  const file = join(folder, MARKER);
  const text = readTextIfAny(file);
  if (text === null) return writePrivateFile(file, `${JSON.stringify({ v: 1, deployment })}\n`);
  const marker = parseObject(text);
  if (Object.keys(marker).length === 0) {
    const line = `echo '${JSON.stringify({ v: 1, deployment })}' > '${file}'`;
    throw new StateFolderError(
      `${file} is damaged: it names the deployment that this state belongs to. If that is ${deployment}, write it again: ${line}`,
    );
  }
  if (marker['v'] !== 1) throw new StateFolderError(`${folder} was created by another version of mymlops`);
  if (marker['deployment'] !== deployment) {
    throw new StateFolderError(
      `${folder} belongs to the deployment ${String(marker['deployment'])}, not to ${deployment}`,
    );
  }
}

/** The owner's bearer token; created at the first call. */
export function ownerTokenOf(folder: string): string {
  const file = join(folder, TOKEN);
  const token = readTextIfAny(file)?.trim() ?? '';
  if (/^[0-9a-f]{64}$/.test(token)) return token;
  const fresh = randomBytes(32).toString('hex');
  writePrivateFile(file, `${fresh}\n`);
  return fresh;
}

/** The end of the buckets' names; made at the first call. */
export function bucketSuffixOf(folder: string): string {
  const file = join(folder, BUCKET_SUFFIX);
  const suffix = readTextIfAny(file)?.trim() ?? '';
  if (/^[a-z0-9]{8}$/.test(suffix)) return suffix;
  const fresh = newBucketSuffix(randomInt);
  writePrivateFile(file, `${fresh}\n`);
  return fresh;
}

/** The ports of the last start; 0 (any) where unknown. */
export function portsOf(folder: string): Ports {
  const known = parseObject(readTextIfAny(join(folder, PORTS)));
  const port = (name: ServiceName): number => {
    const value = known[name];
    return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536 ? Number(value) : 0;
  };
  return {
    ...{ firestore: port('firestore'), pubsub: port('pubsub'), compute: port('compute') },
    ...{ storage: port('storage'), secrets: port('secrets') },
  };
}

export function rememberPorts(folder: string, ports: Ports): void {
  writePrivateFile(join(folder, PORTS), `${JSON.stringify(ports)}\n`);
}

/** The emulators of the last start. */
export function emulatorsOf(folder: string): Emulators {
  const known = parseObject(readTextIfAny(join(folder, EMULATORS)));
  const entries = EMULATED.map((service) => [service, known[service]] as const);
  return Object.fromEntries(entries.filter(([, address]) => typeof address === 'string'));
}

export function rememberEmulators(folder: string, emulators: Emulators): void {
  writePrivateFile(join(folder, EMULATORS), `${JSON.stringify(emulators)}\n`);
}

/** The folder of a service, created if missing. */
export function subfolderOf(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Where the functions listen: in the state folder, or in a private temporary folder where that path would be too long. */
export function functionsSocketOf(folder: string, temporary: string = tmpdir()): string {
  const path = join(folder, SOCKET);
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const known = tempFolderOf(folder);
  if (known !== null) return join(known, SOCKET);
  const fresh = makeTempFolder(temporary);
  chmodSync(fresh, 0o700);
  writePrivateFile(join(folder, SOCKET_FOLDER), `${fresh}\n${identityOfFolder(folder)}`);
  return join(fresh, SOCKET);
}

function makeTempFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'mymlops-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StateFolderError(`${parent} cannot be used for temporary files (${code}). Set TMPDIR to another folder`);
  }
}

/** Removes the socket, and its temporary folder if there is one. */
export function removeFunctionsSocket(folder: string): void {
  rmSync(join(folder, SOCKET), { force: true });
  const temporary = tempFolderOf(folder);
  if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  rmSync(join(folder, SOCKET_FOLDER), { force: true });
}

/** The recorded temporary folder, if this folder's record it is, not a copy, and it still exists and belongs to this user alone. */
function tempFolderOf(folder: string): string | null {
  const [path = '', recordedIn] = (readTextIfAny(join(folder, SOCKET_FOLDER)) ?? '').split('\n');
  if (path === '' || recordedIn !== identityOfFolder(folder)) return null;
  const found = lstatSync(path, { throwIfNoEntry: false });
  const isOurs = found?.isDirectory() && (found.mode & 0o077) === 0 && found.uid === (process.getuid?.() ?? found.uid);
  return isOurs ? path : null;
}

/** Removes everything of ours except the lock files; the mark goes last, so that an interrupted call can be repeated. */
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
