// Runs git so that neither the caller's GIT_* variables nor a prompt can get in the way.
import { spawn } from 'node:child_process';
import type { Environment } from '../context';

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
  signal?: AbortSignal;
}

/** Variables of git's that say how to reach a remote, not which repository this is. */
const KEPT = /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|PROXY_COMMAND|SSL_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM))$/;

/** Nothing that a repository or its owner configures may run, be refused or be written while it is only looked at. */
export const LOOK_ONLY = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Never rejects for what git answers; rejects where git cannot be started. */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env: { ...gitEnvironment(options.env), ...options.extra },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }),
    );
  });
}

function gitEnvironment(env: Environment): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}
