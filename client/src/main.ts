// The process around the command line: its streams, its signals, and the errors that nothing else has caught.
import { resolve } from 'node:path';
import { runCli } from './cli/program';
import type { Context } from './core/context';
import { credentialsSettings } from './core/gcloud-credentials';
import { EXIT } from './core/exit-codes';
import type { Process } from './core/process';
import { proxyExceptions, proxySettings } from './core/proxies';
import { Stdout } from './core/stdout';
import { leaveAfterGrace } from './core/leave-after-grace';
import { withOwnName } from './view/own-name';
import { printable } from './view/printable';

/** Names of variables are repeated here: the protocol is loaded only by commands that need it. */
const FOR_LIBRARIES = {
  FIRESTORE_EMULATOR_HOST: undefined,
  PUBSUB_EMULATOR_HOST: undefined,
  // gRPC writes each error to stderr before it throws it.
  GRPC_VERBOSITY: 'NONE',
};

/** Where the build puts the files that `init` writes, relative to the local cloud's program. */
const TEMPLATES = '../../../../client/dist/templates';

/** Runs the command line of `host` and exits with its code. `descriptor` is that of `host.stdout`. */
export async function main(host: Process, localCloudProgram: string, descriptor?: number): Promise<void> {
  const cwd = workingFolder(host);
  if (cwd === undefined) return host.exit(EXIT.error);
  const interruption = new AbortController();
  const beforeExit = new Set<() => void>();
  const unfinished = new Set<object>();
  const leave = (code: number): void => {
    for (const work of beforeExit) work();
    host.exit(code);
  };
  const interrupt = (): void => {
    if (interruption.signal.aborted) return leave(EXIT.interrupted);
    interruption.abort();
    leaveAfterGrace(unfinished, () => leave(EXIT.interrupted));
  };
  // Google's libraries read proxies, credentials and emulators from the environment, and prefer an emulator to the address that we give
  // them. So these variables are set or removed here (see proxies.ts, gcloud-credentials.ts and emulators.ts).
  const env = { ...host.env };
  for (const [name, value] of Object.entries({
    ...proxySettings(env),
    ...credentialsSettings(env),
    ...FOR_LIBRARIES,
  })) {
    if (value === undefined) delete host.env[name];
    else host.env[name] = value;
  }
  // Node.js would print its warnings between the lines of a command, with advice for programmers.
  host.removeAllListeners('warning');
  host.on('SIGINT', interrupt);
  host.on('SIGTERM', interrupt);
  let isHeard = false;
  const stderr = (): Process['stderr'] => {
    if (!isHeard) host.stderr.on('error', () => undefined); // there is no other place to report it
    isHeard = true;
    return host.stderr;
  };
  // Google's libraries also throw where no caller can catch the error. Without this, Node.js shows a line of our bundle.
  const fail = async (error: unknown): Promise<void> => {
    const { failCalls } = await import('./google/deadline');
    // The call that the error belongs to knows more about it, and so does the command that made the call.
    if (!interruption.signal.aborted && failCalls(error)) return;
    const { describeFailure } = await import('./google/failures');
    if (!interruption.signal.aborted) stderr().write(`${printable(describeFailure(error, env))}\n`);
    leave(interruption.signal.aborted ? EXIT.interrupted : EXIT.error);
  };
  host.on('uncaughtException', (error) => void fail(error));
  host.on('unhandledRejection', (error) => void fail(error));
  const stdoutClosed = new AbortController();
  let isUnread = false;
  let isUnwritten = false;
  const failToWrite = (error: NodeJS.ErrnoException): void => {
    stdoutClosed.abort();
    // `mymlops-client commit ... | head -1`: a reader that has seen enough is not an error, and changes no exit code.
    isUnread ||= error.code === 'EPIPE';
    if (isUnread || isUnwritten) return;
    isUnwritten = true;
    stderr().write(`Cannot write to stdout: ${error.message}\n`);
  };
  const stdout = new Stdout(host, failToWrite, descriptor);
  const context: Context = {
    print: (text) => stdout.write(text),
    drained: () => stdout.drained(),
    printHelp: (text) => stdout.writeHelp(text),
    columns: () => stdout.columns(),
    ...terminalOf({ host, stderr }, interrupt, interruption.signal),
    env: { ...env, ...proxyExceptions(env) },
    cwd,
    flags: {},
    interrupted: interruption.signal,
    stdoutClosed: stdoutClosed.signal,
    beforeExit,
    unfinished,
    localCloudProgram,
    templates: resolve(localCloudProgram, TEMPLATES),
  };
  const code = await runCli(host.argv.slice(2), context);
  // The last bytes must reach a pipe before the process exits; open sockets of Google's libraries must not keep it alive.
  stdout.end(() => leave(isUnwritten ? EXIT.error : code));
}

/** A working folder that was removed has no name any more, and relative paths lead nowhere from it. */
function workingFolder(host: Process): string | undefined {
  try {
    return host.cwd();
  } catch {
    host.stderr.write('The current folder no longer exists. Change to another folder.\n');
    return undefined;
  }
}

/** How a command talks with the user. Node creates a stream at its first use, and `--help` needs none. */
export function terminalOf(
  { host, stderr }: { host: Pick<Process, 'env' | 'stdin'>; stderr: () => Process['stderr'] },
  interrupt: () => void,
  interrupted: AbortSignal,
): Pick<Context, 'notice' | 'terminal' | 'ask' | 'secretInput'> {
  return {
    notice: (line) => void stderr().write(`${printable(withOwnName(line, host.env))}\n`),
    terminal() {
      const stream = stderr();
      // A dumb terminal cannot erase a line.
      if (!stream.isTTY || host.env['TERM'] === 'dumb') return undefined;
      return { write: (text) => void stream.write(text), columns: () => stream.columns || 80 };
    },
    async secretInput(prompt) {
      const { readSecretInput } = await import('./core/secret-input');
      const write = (text: string): void => void stderr().write(text);
      return readSecretInput({ stdin: host.stdin, write, interrupt, interrupted }, prompt);
    },
    async ask(question) {
      const { stdin } = host;
      if (!stdin.isTTY || !stderr().isTTY) return null;
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: stdin, output: stderr() });
      // While lines are read, Ctrl-C is a key and no signal; Ctrl-D ends the lines.
      lines.on('SIGINT', interrupt);
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question, { signal: interrupted }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}
