// The process that runs the deployed functions: starts it, watches it, and restarts it when it dies.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '../shared/clock';
import type { Log, Severity } from '../shared/log';
import type { Invokers } from './invokers';

/** The message that functions-host.ts logs when it accepts calls. */
export const LISTENING = 'functions listening';

export interface FunctionsChildOptions {
  /** The bundled functions-host.ts. */
  host: string;
  /** The module that registers the functions. */
  bundle: string;
  socket: string;
  environment: Record<string, string>;
  clock: Clock;
  log: Log;
  /** Called each time the functions start to accept calls. */
  onListening(): void;
}

export interface FunctionsChild {
  /**
   * Lets the functions listen, to these callers, as soon as they are loaded. Everything that they call must be running.
   * Resolves when they listen; rejects if the first process ends before that.
   */
  listen(invokers: Invokers): Promise<void>;
  /** Lets calls in progress end (functions-host.ts gives them 2 s), then ends the process. */
  close(): Promise<void>;
}

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5000;
/** After a process that lived longer than this, back-off starts again at the first step. */
const HEALTHY_MS = 10_000;
const KILL_AFTER_MS = 4000;

export function startFunctionsChild(options: FunctionsChildOptions): FunctionsChild {
  const { clock, log } = options;
  let child: ChildProcess;
  let isClosing = false;
  let invokers: Invokers | undefined;
  let restart: Timer | null = null;
  let backoffMs = FIRST_BACKOFF_MS;
  let onReady = (): void => undefined;
  let onFirstEnd = (_error: Error): void => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    onReady = resolve;
    onFirstEnd = reject;
  });
  ready.catch(() => undefined); // it may fail before listen() awaits it

  // Not in its arguments or environment, which the programs of VMs could read.
  const allow = (given: Invokers): void => void child.stdin?.write(`${JSON.stringify(given)}\n`);

  const start = (): void => {
    const startedAt = clock.now();
    child = spawnHost(options, () => {
      options.onListening();
      onReady();
    });
    if (invokers) allow(invokers);
    child.once('close', (code, signal) => {
      onFirstEnd(new Error(`the functions ended before they listened (${signal ?? `exit code ${code}`})`));
      if (isClosing) return;
      if (clock.now() - startedAt > HEALTHY_MS) backoffMs = FIRST_BACKOFF_MS;
      log('ERROR', 'functions ended', { code: code ?? -1, signal: signal ?? '', restartMs: backoffMs });
      restart = clock.after(backoffMs, start);
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
    });
  };
  start();

  return {
    listen(given) {
      invokers = given;
      allow(given);
      return ready;
    },
    async close() {
      isClosing = true;
      restart?.cancel();
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.stdin?.end();
      const kill = clock.after(KILL_AFTER_MS, () => child.kill('SIGKILL'));
      await ended;
      kill.cancel();
    },
  };
}

function spawnHost(options: FunctionsChildOptions, onListening: () => void): ChildProcess {
  const { host, bundle, socket, environment, log } = options;
  // stdin stays open while this process lives. When it ends, after kill -9 as well, functions-host.ts exits.
  const child = spawn(process.execPath, [host, bundle, socket], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  child.once('error', (error) => log('ERROR', 'functions not started', { cause: String(error) }));
  child.stdin.on('error', () => undefined);
  for (const [stream, severity] of [
    [child.stdout, 'INFO'],
    [child.stderr, 'WARNING'],
  ] as const) {
    createInterface({ input: stream }).on('line', (line) => {
      if (logLine(line, severity, log) === LISTENING) onListening();
    });
  }
  return child;
}

const LONGEST_TEXT = 8000;
type Flat = Record<string, string | number | boolean>;

/** Passes on a line of the functions' log: a JSON entry as it is, other text as a field. Returns the message. */
function logLine(line: string, severity: Severity, log: Log): string {
  const entry = line.startsWith('{') ? parseEntry(line) : null;
  const { message } = entry ?? {};
  if (entry === null || typeof message !== 'string') {
    log(severity, 'functions wrote', { text: line.slice(0, LONGEST_TEXT) });
    return '';
  }
  const logged = (['INFO', 'WARNING', 'ERROR'] as const).find((known) => known === entry['severity']) ?? severity;
  log(logged, message, flatFields(entry));
  return message;
}

function flatFields(entry: Record<string, unknown>): Flat {
  const fields: Flat = { service: 'functions' };
  for (const [name, value] of Object.entries(entry)) {
    if (['severity', 'message', 'time'].includes(name) || value === null || value === undefined) continue;
    const isFlat = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    fields[name] = isFlat ? value : JSON.stringify(value).slice(0, LONGEST_TEXT);
  }
  return fields;
}

function parseEntry(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
