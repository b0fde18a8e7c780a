// Google's own emulators, which come with gcloud: each is a Java program that is started here, and ended by its id.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { locate } from '../parts';

export interface Emulator {
  /** `127.0.0.1:<port>` */
  address: string;
  /** Returns when the process is gone. May be called twice. */
  close(): Promise<void>;
}

const START_MS = 60_000;
const POLL_MS = 50;
/** Less work for the processor: the program lives for seconds. */
const JAVA_FLAGS = ['-Duser.language=en', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m'];

/** The jar in a folder of gcloud's installation; undefined where it, gcloud or Java is missing. */
export function locateEmulator(path: string): string | undefined {
  const gcloud = locate('gcloud');
  if (gcloud === undefined || locate('java') === undefined) return undefined;
  const folder = join(dirname(realpathSync(gcloud)), '../platform', path);
  const jar = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.jar')) : undefined;
  return jar && join(folder, jar);
}

/** Starts a jar on a free port of the loopback and waits until it answers. Throws with what it said where it ends. */
export async function startEmulator(jar: string, mainClass: string, flags: readonly string[] = []): Promise<Emulator> {
  const port = await freePort();
  const args = [...JAVA_FLAGS, '-cp', jar, mainClass, '--host=127.0.0.1', `--port=${port}`, ...flags];
  const child = spawn('java', args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-4000)));
  }
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const address = `127.0.0.1:${port}`;
  for (const endMs = Date.now() + START_MS; !(await answers(address)); await pause(POLL_MS)) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < endMs) continue;
    await close();
    throw new Error(`${jar} did not start: ${said}`);
  }
  return { address, close };
}

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/`).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
