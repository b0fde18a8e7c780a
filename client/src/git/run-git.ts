// Runs git so that neither variables that are meant for another git nor a prompt can get in the way.
import { spawn } from 'node:child_process';
import type { Environment } from '../core/context';
import { gitEnvironment } from './git-environment';

export interface GitResult {
  /** Null: ended by a signal. */
  code: number | null;
  stdout: Buffer;
  /** English, whatever the user's language. */
  stderr: string;
}

export interface GitOptions {
  cwd: string;
  env: Environment;
  /** Variables for git on top. */
  extra?: Record<string, string>;
  /** For stdin; without it there is none. */
  input?: string;
  signal?: AbortSignal;
}

/** Nothing that a repository or its owner configures may run, be refused or be written while it is only looked at. */
export const READ_ONLY = [
  ...['-c', 'safe.directory=*', '-c', 'safe.bareRepository=all'],
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'],
];

/** Never rejects for what git answers; rejects where git cannot be started. */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env: { ...gitEnvironment(options.env), ...options.extra },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      signal: options.signal,
    });
    child.stdin?.on('error', () => {}); // it has ended and says why
    child.stdin?.end(options.input);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }),
    );
  });
}
