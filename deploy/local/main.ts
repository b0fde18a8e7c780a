// This computer as a cloud: the process behind `project: local`. The client starts it detached, and reads its endpoints.
//
//   node main.mjs --state DIR [--deployment mymlops] [--functions FILE] [--sweep-seconds 60] [--idle-minutes 10]
//                 [--heartbeat-seconds 5] [--progress-seconds 1]
//                 [--firestore-emulator HOST:PORT] [--pubsub-emulator HOST:PORT]
//       Starts, prints the line `ready` and keeps running without its terminal. Where another process uses DIR it waits
//       until that process is ready, prints `ready` and ends. It exits when idle and on SIGTERM; VMs keep running. With
//       an emulator of Google's, which it never starts or stops, it starts no stand-in for that service. FILE: the zip that
//       is deployed, or a module that registers the functions.
//   node main.mjs --state DIR --destroy
//       Ends the VMs and removes everything in DIR. Refused while a local cloud runs there.
//
// Exit: 0 done; 1 the reason is on stderr; 2 wrong usage.
//
// In DIR (mode 0700):
//   endpoints.json       there while the local cloud accepts calls (see protocol/src/endpoints.ts)
//   later-endpoints.json those of services that earlier clients do not know
//   token                the owner's bearer token
//   bucket-suffix        the end of the buckets' names
//   identity-key.pem     signs the VMs' identity tokens
//   ports.json, emulators.json, build.json     ports, emulators and build of the last start
//   mymlops.json         marks a folder as ours
//   owners/              a lock file for the process that uses the folder
//   log.jsonl            the log
//   functions.sock       where the functions listen
//   firestore/ pubsub/ compute/ storage/ secrets/ functions/     each service's own state
//   snapshots/ and other folders of the client
import { fileURLToPath } from 'node:url';
import { BUILD_FILE } from '@mymlops/protocol';
import { systemClock } from './shared/clock';
import { startCloud } from './cloud';
import { acquireLock, START_PATIENCE_MS } from './process/acquire-lock';
import { closeAndExit } from './process/exit';
import { destroyCloud } from './destroy';
import { LOG_NAME, openLogFile } from './state/log-file';
import type { Lock } from './state/lock';
import { readTextIfAny } from './state/private-files';
import { noteBuild } from './state/running-build';
import type { Settings } from './process/settings';
import { readSettings, UsageError } from './process/settings';
import { watchLock } from './process/watch-lock';
import { markStateFolder, StateFolderError } from './state/state-folder';

const DESTROY_PATIENCE_MS = 10_000;
const besideThis = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Read at the start: a later build replaces the file. */
const BUILD = readTextIfAny(besideThis(BUILD_FILE));

async function start(settings: Settings): Promise<void> {
  const { folder } = settings;
  const lock = await acquireLock({ folder, patienceMs: START_PATIENCE_MS });
  if (lock !== null) await runCloud(settings, lock);
  process.stdout.write('ready\n');
}

async function runCloud(settings: Settings, lock: Lock): Promise<void> {
  const { folder } = settings;
  let close = async (): Promise<void> => undefined;
  const exit = async (cause: string, exitCode: number): Promise<void> => {
    log('INFO', 'exiting', { cause });
    const { release } = lock;
    await closeAndExit(exitCode, { close, release, exit: (code) => process.exit(code), clock: systemClock, log });
  };
  // Before any file of ours is in the folder: a client that sees one may send a signal.
  let isStarted = false;
  let stopBy: string | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stopBy ??= signal;
      if (isStarted) void exit(signal, 0);
    });
  }
  try {
    markStateFolder(folder, settings.deployment);
  } catch (error) {
    lock.release();
    throw error;
  }
  const log = openLogFile(folder);
  process.on('unhandledRejection', (error) => log('ERROR', 'unhandled rejection', { cause: String(error) }));
  process.on('uncaughtException', (error) => {
    log('ERROR', 'uncaught exception', { cause: error.stack ?? String(error) });
    void exit('uncaught exception', 1);
  });
  process.on('SIGHUP', () => undefined); // the terminal that started this process may be closed

  try {
    noteBuild(folder, BUILD);
    const functionsHost = besideThis('functions-host.mjs');
    const onIdle = (): void => void exit('idle', 0);
    const { isOurs } = lock;
    ({ close } = await startCloud({ settings, functionsHost, clock: systemClock, log, isOurs, onIdle }));
  } catch (error) {
    log('ERROR', 'not started', { cause: String(error) });
    lock.release();
    if (error instanceof StateFolderError) throw error;
    throw new Error(`${(error as Error).message}; see ${folder}/${LOG_NAME}`, { cause: error });
  }
  isStarted = true;
  watchLock(lock, systemClock, () => void exit('the state folder was removed, or another process has it', 1));
  if (stopBy !== null) await exit(stopBy, 0);
  log('INFO', 'ready', { pid: process.pid });
  setInterval(() => undefined, 2 ** 30); // the process lives on: the clock's timers do not keep it alive
}

async function destroy({ folder }: Settings): Promise<void> {
  const lock = await acquireLock({ folder, patienceMs: DESTROY_PATIENCE_MS });
  if (lock === null) throw new StateFolderError(`a local cloud is running on ${folder}. Stop it first`);
  try {
    const log = openLogFile(folder);
    await destroyCloud(folder, log);
  } finally {
    lock.release();
  }
}

// The client closes its end after the line `ready`.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
try {
  const settings = readSettings(process.argv.slice(2), besideThis('../../../functions/dist/functions.zip'));
  process.chdir('/'); // so that the folder it was started in can be removed
  await (settings.destroy ? destroy(settings) : start(settings));
  if (settings.destroy) process.exit(0);
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof StateFolderError;
  process.stderr.write(`${isExpected ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
