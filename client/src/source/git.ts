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
export const runGit = (args: readonly string[], options: GitOptions): Promise<GitResult> => run('git', args, options);

/**
 * `first` and then `args`, in one process: starting it is what takes the time. The result is that of `args`; of `first`
 * counts what it wrote to stdout, which is `before`.
 */
export async function runGitAfter(
  first: readonly string[],
  args: readonly string[],
  options: GitOptions,
): Promise<GitResult & { before: Buffer }> {
  if (process.platform === 'win32') {
    const [{ stdout }, result] = await Promise.all([runGit(first, options), runGit(args, options)]);
    return { ...result, before: stdout };
  }
  // Not a function that the user's shell has exported under this name.
  const script = `command git ${quoted(first)} >&3 2>/dev/null; exec git ${quoted(args)} 3>&-`;
  const before: Buffer[] = [];
  const result = await run('sh', ['-c', script], options, before);
  return { ...result, before: Buffer.concat(before) };
}

const quoted = (args: readonly string[]): string =>
  args.map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`).join(' ');

/** `more`: gets what is written to the file descriptor 3. */
function run(program: string, args: readonly string[], options: GitOptions, more?: Buffer[]): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...gitEnvironment(options.env), ...options.extra },
      stdio: ['ignore', 'pipe', 'pipe', more ? 'pipe' : 'ignore'],
      signal: options.signal,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdio[1]?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stdio[2]?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdio[3]?.on('data', (chunk: Buffer) => more?.push(chunk));
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
