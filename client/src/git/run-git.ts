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
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', more ? 'pipe' : 'ignore'],
      signal: options.signal,
    });
    child.stdin?.on('error', () => {}); // it has ended and says why
    child.stdin?.end(options.input);
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
