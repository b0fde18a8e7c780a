// Runs git without prompts, and without variables that are meant for another git.
import { spawn } from 'node:child_process';
import type { Environment } from '../core/context';
import { gitEnvironment } from './git-environment';

export interface GitResult {
  /** Null if it was ended by a signal. */
  code: number | null;
  stdout: Buffer;
  /** English, whatever the user's language. */
  stderr: string;
}

export interface GitOptions {
  cwd: string;
  env: Environment;
  /** Additional variables for git. */
  extra?: Record<string, string>;
  /** Text for stdin. Without it, stdin is empty. */
  input?: string;
  signal?: AbortSignal;
}

/** For reading a repository: git runs no hook or monitor, and accepts repositories of other owners. */
export const READ_ONLY = [
  ...['-c', 'safe.directory=*', '-c', 'safe.bareRepository=all'],
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'],
];

/** Resolves with any exit code of git. Rejects if git cannot be started. */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env: { ...gitEnvironment(options.env), ...options.extra },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      signal: options.signal,
    });
    child.stdin?.on('error', () => {}); // git has ended, and its result says why
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
