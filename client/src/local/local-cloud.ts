// Finds, starts and stops the local cloud, which is a separate process (deploy/local/main.ts) and is never imported.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  emulatorsIn,
  ENDPOINTS_FILE,
  type Endpoints,
  endpoints as endpointsSchema,
  folderIdentity,
  LATER_ENDPOINTS_FILE,
  laterEndpoints,
  parseJson,
} from '@mymlops/protocol';
import type { Context } from '../core/context';
import { chosenEmulators, emulatorFlags, emulatorNotice, refuseOtherEmulators, requireEmulators } from './emulators';
import { ExpectedError } from '../core/errors';
import { isAlive } from '../core/is-alive';
import { readTextIfAny } from '../files/read-text-if-any';
import { listeningState } from './is-listening';
import { requireLocalPlatform } from './local-platform';
import { otherBuildWarning } from './other-build';
import { stateFolder } from './state-folder';
import { requireUsableStateFolder } from './state-folder-check';

/** Longer than the local cloud waits for another process that has its folder (deploy/local/process/acquire-lock.ts). */
export const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;
const POLL_MS = 50;
const TAIL_LINES = 15;

/** The addresses of the local cloud. Starts it if it is not running. May be called twice. */
export async function ensureLocalCloud(
  context: Context,
  deployment: string,
  flags: readonly string[] = [],
): Promise<Endpoints> {
  requireLocalPlatform();
  const running = await runningLocalCloud(context);
  if (running) return checked(running, deployment, context);
  const emulators = chosenEmulators(context.env);
  await requireEmulators(emulators);
  await start(context, deployment, [...emulatorFlags(emulators), ...flags]);
  const started = await runningLocalCloud(context);
  if (started) {
    const warning = emulatorNotice(started);
    if (warning !== undefined) context.notice(warning);
    return checked(started, deployment, context);
  }
  throw new ExpectedError(
    `The local cloud started but is not responding. See ${join(stateFolder(context.env), 'log.jsonl')}`,
  );
}

/** Throws ExpectedError if calls would reach the wrong emulators, or none, or another deployment. */
async function checked(running: Endpoints, deployment: string, context: Context): Promise<Endpoints> {
  refuseOtherEmulators(running, context.env);
  await requireEmulators(emulatorsIn(running));
  const warning = otherBuildWarning(running.pid, context);
  if (warning !== undefined) context.notice(warning);
  return ofDeployment(running, deployment, context);
}

/** The deployment's name is part of every call: calls for another one would all fail with NOT_FOUND. */
function ofDeployment(running: Endpoints, deployment: string, { env }: Context): Endpoints {
  if (running.deployment === deployment) return running;
  throw new ExpectedError(
    `The local cloud in ${stateFolder(env)} runs deployment "${running.deployment}", not "${deployment}". Set \`deployment: ${running.deployment}\` in mymlops.yml, or point MYMLOPS_HOME at another folder.`,
  );
}

/** The addresses of the local cloud on the state folder; null if none is running. */
export async function runningLocalCloud(context: Pick<Context, 'env'>): Promise<Endpoints | null> {
  const folder = stateFolder(context.env);
  const text = readTextIfAny(join(folder, ENDPOINTS_FILE));
  if (text === undefined) return null;
  const parsed = parseJson(endpointsSchema, text);
  if (!parsed.ok || !ownersOf(folder).includes(parsed.value.pid)) return null;
  // The storage address, because it is never an emulator's, which may be gone while the local cloud is running.
  if ((await listeningState(parsed.value.storage)) !== 'open') return null;
  return { ...parsed.value, ...laterOf(folder, parsed.value.pid) };
}

/** Nothing where the process is of a version that has no such file. */
function laterOf(folder: string, pid: number): Pick<Endpoints, 'secrets'> {
  const text = readTextIfAny(join(folder, LATER_ENDPOINTS_FILE));
  const later = text === undefined ? undefined : parseJson(laterEndpoints, text);
  return later?.ok && later.value.pid === pid ? { secrets: later.value.secrets } : {};
}

/** The same as runningLocalCloud, but first waits for a process that is starting or exiting. */
async function readyLocalCloud(context: Context): Promise<Endpoints | null> {
  for (const end = performance.now() + START_DEADLINE_MS; ; await delay(POLL_MS)) {
    const running = await runningLocalCloud(context);
    if (running || ownersOf(stateFolder(context.env)).length === 0 || performance.now() > end) return running;
  }
}

/**
 * The running processes that have or request the lock of the folder. Each has a file there, named `<pid>.` and more, which holds
 * the identity of the folder (deploy/local/state/lock.ts). A copy of a state folder has the files of the original, whose
 * processes are not its own. An empty file is being made, or an earlier version made it.
 */
function ownersOf(folder: string): number[] {
  const owners = join(folder, 'owners');
  try {
    const own = folderIdentity(statSync(folder, { bigint: true }));
    return readdirSync(owners)
      .filter((name) => ['', own].includes(readFileSync(join(owners, name), 'utf8')))
      .map((name) => Number.parseInt(name, 10))
      .filter(isAlive);
  } catch {
    return []; // no such folder, or a process that ends just now
  }
}

/** Ends the local cloud and waits until it has exited. Waits first if it is starting. Returns false if none was running. */
export async function stopLocalCloud(context: Context): Promise<boolean> {
  const running = await readyLocalCloud(context);
  if (!running) return false;
  process.kill(running.pid, 'SIGTERM');
  for (const end = performance.now() + STOP_DEADLINE_MS; isAlive(running.pid); await delay(POLL_MS)) {
    if (performance.now() > end) {
      throw new ExpectedError(
        `The local cloud (process ${running.pid}) did not stop within ${STOP_DEADLINE_MS / 1000} s. Run: kill -9 ${running.pid}`,
      );
    }
  }
  return true;
}

/** Deletes the local cloud's VMs, runs and results. It must not be running. */
export async function destroyLocalCloud(context: Context): Promise<void> {
  const { child, said } = launch(context, ['--destroy']);
  const code = await ended(child);
  if (code !== 0) throw new ExpectedError(`Cannot reset the local cloud: ${said()}`);
}

async function start(context: Context, deployment: string, flags: readonly string[]): Promise<void> {
  const { child, said } = launch(context, ['--deployment', deployment, ...flags]);
  const outcome = await Promise.race([
    saidReady(child),
    ended(child),
    delay(START_DEADLINE_MS, 'too late' as const, { ref: false }),
  ]);
  if (outcome === 'too late') {
    child.kill();
    throw new ExpectedError(`The local cloud was not ready after ${START_DEADLINE_MS / 1000} s: ${said()}`);
  }
  // Exit code 0: another process was faster and has the lock of the folder.
  if (outcome !== 'ready' && outcome !== 0) throw new ExpectedError(`Cannot start the local cloud: ${said()}`);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** Starts the program detached from the terminal, so that it outlives the client. `said` returns the end of its stderr. */
function launch(context: Context, flags: readonly string[]): { child: ChildProcess; said: () => string } {
  if (!existsSync(context.localCloudProgram)) {
    throw new ExpectedError('The local cloud is not built. Run `npm run build` in the repository of mymlops.');
  }
  const folder = stateFolder(context.env);
  requireUsableStateFolder(folder);
  const child = spawn(process.execPath, [context.localCloudProgram, '--state', folder, ...flags], {
    cwd: '/',
    env: context.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return { child, said: () => text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n') || 'it printed no error.' };
}

function saidReady(child: ChildProcess): Promise<'ready'> {
  return new Promise((resolve) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (/^ready$/m.test(said)) resolve('ready');
    });
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}
