// A user's desk for end-to-end tests: a project folder, a state folder of its own, the real client in child processes.
import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunDocument } from '@mymlops/protocol';
import { readTextIfAny } from '../../client/src/files/read-text-if-any';

const ROOT = join(__dirname, '../..');
const CLIENT = join(ROOT, 'client/bin/mymlops-client.cjs');

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
  stdout: () => string;
  stderr: () => string;
}

export interface Desk {
  home: string;
  project: string;
  /** Bare repository that results are pushed to. */
  output: string;
  start(...args: string[]): Running;
  /** The same desk, used from a shell with these variables as well. Only one of the two is closed. */
  withEnvironment(more: Record<string, string>): Desk;
  /** The same desk, used with the client of another build. Only one of the two is closed. */
  withClient(program: string): Desk;
  client(...args: string[]): Promise<Finished>;
  /** Last run, or the one named. */
  show(run?: string): Promise<RunDocument>;
  notebook(path: string, cells: string[]): string;
  write(path: string, text: string, mode?: number): void;
  /** With the owner's token, which may do everything. */
  endpoints(): { pid: number; token: string; emulators?: string[] } & Record<
    'firestore' | 'pubsub' | 'compute' | 'storage' | 'secrets',
    string
  >;
  /** Process id of the functions of this desk's cloud. */
  functionsChild(): number;
  /** A process has the state folder, or tries to. */
  isOwned(): boolean;
  /** Process ids of what runs as this desk's VMs. */
  vmProcesses(): number[];
  close(): Promise<void>;
}

export interface DeskOptions {
  isCold?: boolean;
  config?: string;
  path?: string;
  /** Time between two sweeps; 1 by default. Each looks at all that lives: with many runs at once it takes its time. */
  sweepSeconds?: number;
  /** Variables of the user's shell on top of the few that every desk has. */
  environment?: Record<string, string>;
}

/** `local up` has been run, unless `isCold`. */
export async function newDesk({
  isCold = false,
  config = '',
  path = process.env['PATH'] ?? '',
  environment = {},
  sweepSeconds = 1,
}: DeskOptions = {}): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops desk-'));
  const home = join(folder, 'home');
  const project = join(folder, 'my project');
  mkdirSync(project);
  const desk = deskAt(folder, home, project, { PATH: path, ...environment });
  desk.write('mymlops.yml', config || DEFAULT_CONFIG);
  desk.write('run.sh', '#!/bin/sh\nexec python3 run_notebook.py "$1"\n', 0o755);
  for (const name of ['run_notebook.py', 'prepare_notebook.py']) {
    copyFileSync(join(ROOT, 'examples/quickstart', name), join(project, name));
  }
  if (!isCold) expectOk(await desk.client('local', 'up', '--sweep-seconds', String(sweepSeconds)));
  return desk;
}

const DEFAULT_CONFIG = `project: local
commit:
  command: ./run.sh
  output_repository:
    url: $MYMLOPS_HOME/repositories/out.git
    branch: main
`;

function deskAt(
  folder: string,
  home: string,
  project: string,
  environment: Record<string, string>,
  /** Clients that have not ended: a test that ran out of time leaves one. */
  clients = new Set<ChildProcess>(),
  program = CLIENT,
): Desk {
  const env = {
    ...environment,
    HOME: folder,
    LANG: 'C.UTF-8',
    MYMLOPS_HOME: home,
  };
  const start = (...args: string[]): Running => {
    const child = spawn(process.execPath, [program, ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
    clients.add(child);
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    const finished = new Promise<Finished>((resolve) =>
      child.on('close', (code) => {
        clients.delete(child);
        resolve({ code: code ?? -1, ...out });
      }),
    );
    return { child, finished, stdout: () => out.stdout, stderr: () => out.stderr };
  };
  const desk: Desk = {
    home,
    project,
    output: join(home, 'repositories/out.git'),
    start,
    withEnvironment: (more) => deskAt(folder, home, project, { ...environment, ...more }, clients, program),
    withClient: (other) => deskAt(folder, home, project, environment, clients, other),
    client: (...args) => start(...args).finished,
    async show(run = 'latest') {
      // A run that was just sent may not have arrived: that is what 101 says.
      const hasArrived = async (): Promise<Finished | undefined> => {
        const finished = await desk.client('show', run, '--json');
        return finished.code === 101 ? undefined : finished;
      };
      const shown = await until(`${run} has arrived`, hasArrived, 60);
      return JSON.parse(expectOk(shown).stdout) as RunDocument;
    },
    notebook(path, cells) {
      desk.write(path, notebookText(cells));
      return path;
    },
    write(path, text, mode = 0o644) {
      const file = join(project, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, mode);
    },
    endpoints() {
      // An earlier version has the first file alone.
      const read = (name: string): object => JSON.parse(readTextIfAny(join(home, name)) ?? '{}') as object;
      const endpoints = { ...read('endpoints.json'), ...read('later-endpoints.json') } as ReturnType<Desk['endpoints']>;
      return { ...endpoints, token: readFileSync(join(home, 'token'), 'utf8').trim() };
    },
    functionsChild: () => functionsChildOf(desk.endpoints().pid),
    isOwned: () => existsSync(join(home, 'owners')) && readdirSync(join(home, 'owners')).length > 0,
    vmProcesses: () => processesWith(`GCE_METADATA_HOST=`, `HOME=${home}`),
    async close() {
      for (const child of clients) child.kill('SIGKILL');
      await desk.client('local', 'reset', '--yes');
      if (existsSync(home)) rmSync(home, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return desk;
}

export function expectOk(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`exit ${finished.code}\n${finished.stdout}\n${finished.stderr}`);
  return finished;
}

function notebookText(cells: string[]): string {
  const notebook = {
    cells: cells.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Linux only: the process in which the local cloud of this pid runs its functions. */
function functionsChildOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const child = children.find((candidate) =>
    readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes('functions-host'),
  );
  if (child === undefined) throw new Error('no functions child');
  return child;
}

/** Linux only: processes whose environment holds an entry that starts with each of `entries`. */
export function processesWith(...entries: string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return entries.every((entry) => environment.some((line) => line.startsWith(entry)));
      } catch {
        return false; // gone, or another user's
      }
    })
    .map(Number);
}

/** kill -9 of each; one that ended by itself in the meantime is what was wanted. */
export function endProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** A following client says while the command runs: the phase, or at once a cell of it. */
export const EXECUTES = /running (execute|cell \d)/;

/** Resolves when `probe` returns something; looks every 20 ms, gives up after `seconds`. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  seconds = 120,
): Promise<T> {
  const endsMs = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false && found !== null) return found;
    if (Date.now() > endsMs) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
