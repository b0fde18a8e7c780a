// Starts the local cloud's process on a temporary folder, and ends whatever of it is left after a test.
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoints } from '@mymlops/protocol';
import { endpoints, LATER_ENDPOINTS_FILE, laterEndpoints } from '@mymlops/protocol';
import type { ServiceName } from '../../../deploy/local/state/state-folder';
import { eventually } from './harness';

const MAIN = join(__dirname, '../../../deploy/local/dist/main.mjs');
const FUNCTIONS = join(__dirname, 'functions-fixture.mjs');

export interface Started {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

export interface FunctionCall {
  name: string;
  said: Record<string, unknown>;
  /** What Cloud Storage answered to the function. */
  status: number;
  pid: number;
  type: string;
  environment: string[];
}

export interface Place {
  folder: string;
  /** Starts a process on the folder; the test need not end it. */
  start(...args: string[]): Started;
  startReady(...args: string[]): Promise<Started>;
  /** With the owner's token. */
  endpoints(): Endpoints & { secrets: string };
  /** What the functions were called with so far. */
  calls(): FunctionCall[];
  /** POSTs JSON to a service with the owner's token. */
  post(service: ServiceName, path: string, body: unknown): Promise<Response>;
  publish(topic: string, data: unknown): Promise<void>;
  removeAll(): Promise<void>;
}

/** `fileLimitKb`: no file of the process may grow beyond this, as on a full disk. */
export function makePlace({ subfolder = 'state', fileLimitKb = 0 } = {}): Place {
  if (!existsSync(MAIN)) throw new Error('the local cloud is not built: npm run build');
  const parent = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const folder = join(parent, subfolder);
  const all: Started[] = [];

  const start = (...args: string[]): Started => {
    const env = { ...process.env, FIRESTORE_EMULATOR_HOST: '127.0.0.1:1', PUBSUB_EMULATOR_HOST: '127.0.0.1:1' };
    const command = [process.execPath, MAIN, '--state', folder, '--functions', FUNCTIONS, ...args];
    const limit = fileLimitKb > 0 ? `ulimit -f ${fileLimitKb};` : '';
    const child = spawn('bash', ['-c', `${limit} exec "$@"`, 'bash', ...command], { env });
    const [out, err] = [collect(child.stdout), collect(child.stderr)];
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
    const started = { child, stdout: out, stderr: err, ended };
    all.push(started);
    return started;
  };
  const readJson = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const readEndpoints = (): Endpoints & { secrets: string } => ({
    ...endpoints.parse(readJson('endpoints.json')),
    secrets: laterEndpoints.parse(readJson(LATER_ENDPOINTS_FILE)).secrets,
    token: readFileSync(join(folder, 'token'), 'utf8').trim(),
  });
  const post = (service: ServiceName, path: string, body: unknown): Promise<Response> => {
    const { token, ...addresses } = readEndpoints();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`http://${addresses[service]}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  };

  return {
    folder,
    start,
    endpoints: readEndpoints,
    post,
    async startReady(...args) {
      const started = start(...args);
      let isOver = false;
      void started.ended.then(() => (isOver = true));
      await eventually(() => started.stdout().includes('ready\n') || isOver);
      if (!started.stdout().includes('ready\n')) throw new Error(`it did not start: ${started.stderr()}`);
      return started;
    },
    calls() {
      const file = join(folder, 'functions/calls.jsonl');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as FunctionCall]));
    },
    async publish(topic, data) {
      const message = { data: Buffer.from(JSON.stringify(data)).toString('base64') };
      const answer = await post('pubsub', `/v1/projects/local/topics/${topic}:publish`, { messages: [message] });
      if (!answer.ok) throw new Error(`publish: ${answer.status} ${await answer.text()}`);
    },
    async removeAll() {
      for (const { child } of all) child.kill('SIGKILL');
      await Promise.all(all.map(({ ended }) => ended));
      await eventually(() => childrenOf(folder).length === 0);
      rmSync(parent, { recursive: true });
    },
  };
}

/** Process ids whose command line names the folder. */
export function childrenOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(folder) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
  return () => text;
}
