// One run of Terraform: its messages as they come, and its errors.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import type { TerraformProgram } from './find-terraform';
import { followLines } from './follow-lines';
import { noteProcess } from './work-folder';

/** A message of `-json`: the form that Terraform documents for programs. */
export interface TerraformMessage {
  type?: string;
  '@level'?: string;
  '@message'?: string;
  diagnostic?: { severity: string; summary: string; detail?: string; address?: string };
  hook?: { resource?: { addr?: string }; action?: string };
}

export interface TerraformError {
  summary: string;
  /** Google's own sentence is in here. */
  detail: string;
  /** The resource's, such as module.mymlops.google_pubsub_topic.topic["requests"]. */
  address?: string;
}

export interface Ran {
  code: number;
  text: string;
  errors: TerraformError[];
}

export interface RunOptions {
  program: TerraformProgram;
  folder: string;
  env: Environment;
  say(line: string): void;
  /** Ctrl-C. */
  signal: AbortSignal;
  /** It has an entry while Terraform runs: the process waits for that. */
  unfinished: Set<object>;
  onMessage?: (message: TerraformMessage) => void;
}

/**
 * Resolves when the process has exited. At Ctrl-C Terraform gets one SIGINT and is awaited: it writes its state and gives the
 * lock back. Throws ExpectedError then, if it was killed, and if it cannot be started.
 */
export async function runTerraform(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { program, folder, env, say, signal, unfinished, onMessage } = options;
  if (signal.aborted) throw interrupted();
  // Files: at the first line to a pipe whose other end has died, Terraform would end without writing its state.
  const outputs = ['stdout.txt', 'stderr.txt'].map((name) => join(folder, name));
  const files = outputs.map((path) => openSync(path, 'w'));
  const child = spawn(program.path, args, {
    cwd: folder,
    env: { ...env, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
    // A process group of its own: else the terminal's Ctrl-C would reach it beside ours, and a second one ends it at once.
    detached: true,
    stdio: ['ignore', ...files],
  });
  if (child.pid !== undefined) noteProcess(folder, child.pid);
  for (const file of files) closeSync(file);
  const stop = (): void => {
    say(
      `Waiting for ${program.name}, which finishes what it has begun and writes its state. A second Ctrl-C leaves it alone with that.`,
    );
    child.kill('SIGINT');
  };
  signal.addEventListener('abort', stop, { once: true });
  unfinished.add(child);
  const lines: string[] = [];
  const errors: TerraformError[] = [];
  const take = (line: string): void => {
    const message = messageIn(line);
    if (message === undefined) return void lines.push(line);
    onMessage?.(message);
    const { diagnostic } = message;
    if (diagnostic?.severity !== 'error') return;
    const { summary, detail = '', address } = diagnostic;
    errors.push({ summary, detail, ...(address !== undefined && { address }) });
  };
  const followers = outputs.map((path) => followLines(path, take));
  try {
    const { code, killedBy } = await new Promise<{ code: number; killedBy: string | null }>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new ExpectedError(`${program.path} could not be started: ${cause.message}`, undefined, { cause }));
      });
      child.once('close', (status, by) => resolve({ code: status ?? 1, killedBy: by }));
    });
    if (signal.aborted) throw interrupted();
    if (killedBy !== null) throw killed(program, killedBy);
    for (const end of followers.splice(0)) end();
    return { code, text: lines.join('\n'), errors };
  } finally {
    for (const end of followers) end();
    unfinished.delete(child);
    signal.removeEventListener('abort', stop);
  }
}

const interrupted = (): ExpectedError =>
  new ExpectedError('Interrupted. Start `deploy` again: it goes on from here.', EXIT.interrupted);

/** The kernel kills what takes too much memory. A lock that it leaves is found by the next one. */
const killed = ({ name }: TerraformProgram, by: string): ExpectedError =>
  new ExpectedError(
    `${name} was killed (${by}), perhaps as this computer has too little memory. Start \`deploy\` again: it goes on from here.`,
  );

/** Undefined for other text, such as the whole plan that `show -json` prints. */
function messageIn(line: string): TerraformMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = JSON.parse(line) as TerraformMessage;
    return message['@level'] === undefined ? undefined : message;
  } catch {
    return undefined;
  }
}
