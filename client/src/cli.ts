// The command line: what it accepts, and which file does it. A command's file is loaded only when the command runs, so
// that `--help` costs little more than starting Node.
import { resolve } from 'node:path';
import { Argument, Command, CommanderError, Option } from 'commander';
import type { Context } from './context';
import { ExpectedError } from './errors';
import { addExamples } from './examples';
import { EXIT } from './exit-codes';
import { proxyExceptions } from './no-proxy';
import { printable } from './view/printable';

/** That of package.json, which the bundle does not read. */
const VERSION = '0.1.0';

/** How long a command may take to end by itself after Ctrl-C. */
const INTERRUPT_GRACE_MS = 1500;

export type Process = Pick<
  NodeJS.Process,
  'argv' | 'env' | 'cwd' | 'stdin' | 'stdout' | 'stderr' | 'on' | 'off' | 'exit'
>;

/** The build's place for what `init` writes, seen from the local cloud's program. */
const TEMPLATES = '../../../../client/dist/templates';

/** Runs the command line of `host` and exits with its code. */
export async function main(host: Process, localCloudProgram: string): Promise<void> {
  const cwd = workingFolder(host);
  if (cwd === undefined) return host.exit(EXIT.error);
  const interruption = new AbortController();
  const beforeExit = new Set<() => void>();
  const leave = (code: number): void => {
    for (const work of beforeExit) work();
    host.exit(code);
  };
  const interrupt = (): void => {
    if (interruption.signal.aborted) return leave(EXIT.interrupted);
    interruption.abort();
    setTimeout(() => leave(EXIT.interrupted), INTERRUPT_GRACE_MS).unref();
  };
  // Google's libraries look for proxies there themselves.
  Object.assign(host.env, proxyExceptions(host.env));
  host.on('SIGINT', interrupt);
  host.on('SIGTERM', interrupt);
  // Google's libraries also throw where nobody can catch it. Without this, Node.js shows the line of our bundle.
  const fail = async (error: unknown): Promise<void> => {
    const { describeFailure } = await import('./google/failures');
    if (!interruption.signal.aborted) host.stderr.write(`${printable(describeFailure(error))}\n`);
    leave(interruption.signal.aborted ? EXIT.interrupted : EXIT.error);
  };
  host.on('uncaughtException', (error) => void fail(error));
  host.on('unhandledRejection', (error) => void fail(error));
  const unread = new AbortController();
  let unwritten = false;
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `mymlops-client commit ... | head -1`: a reader that has seen enough is no error, and changes no exit code.
    if (error.code !== 'EPIPE' && !unwritten) {
      unwritten = true;
      host.stderr.write(`stdout cannot be written: ${error.message}\n`);
    }
    unread.abort();
  });
  host.stderr.on('error', () => undefined); // there is nowhere left to say it
  const context: Context = {
    ...terminalOf(host, interrupt, interruption.signal),
    env: host.env,
    cwd,
    chosen: {},
    interrupted: interruption.signal,
    unread: unread.signal,
    beforeExit,
    localCloudProgram,
    templates: resolve(localCloudProgram, TEMPLATES),
  };
  const code = await runCli(host.argv.slice(2), context);
  // The last bytes reach a pipe before the process is gone; sockets of Google's libraries must not keep it.
  host.stdout.write('', () => host.exit(unwritten ? EXIT.error : code));
}

/** One that was removed meanwhile has no name any more: relative paths lead nowhere from there. */
function workingFolder(host: Process): string | undefined {
  try {
    return host.cwd();
  } catch {
    host.stderr.write('The current folder does not exist any more. Change to another one.\n');
    return undefined;
  }
}

function terminalOf(
  { stdin, stdout, stderr }: Process,
  interrupt: () => void,
  interrupted: AbortSignal,
): Pick<Context, 'data' | 'talk' | 'terminal' | 'ask'> {
  return {
    data: (text) => void stdout.write(text),
    talk: (line) => void stderr.write(`${printable(line)}\n`),
    terminal: stderr.isTTY
      ? { write: (text) => void stderr.write(text), columns: () => stderr.columns || 80 }
      : undefined,
    async ask(question) {
      if (!stdin.isTTY || !stderr.isTTY) return null;
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: stdin, output: stderr });
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

/** Runs one command line and returns its exit code; says on stderr what went wrong. */
export async function runCli(args: readonly string[], context: Context): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(context, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.version') await warnOfNamesake(context);
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (context.interrupted.aborted) return EXIT.interrupted;
    const { describeFailure } = await import('./google/failures');
    context.talk(describeFailure(error));
    return error instanceof ExpectedError ? error.exitCode : EXIT.error;
  }
}

async function warnOfNamesake(context: Context): Promise<void> {
  const { findNamesake } = await import('./namesake');
  const namesake = findNamesake(context.env);
  if (namesake !== undefined) context.talk(`\`mymlops\` is ${namesake} here, another program. Use \`mymlops-client\`.`);
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1)
    throw new ExpectedError(`-n wants a whole number from 1, not ${value}.`, EXIT.usage);
  return number;
}

function createProgram(context: Context, finish: (code: number) => void): Command {
  const program = new Command('mymlops-client')
    .description('Run notebooks on disposable machines and keep what they make.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--project <id>', 'the Google Cloud project to use; `local` is this machine')
    .option('--local', 'use this machine as the cloud')
    .configureOutput({ writeOut: (text) => context.data(text), writeErr: (text) => context.talk(text.trimEnd()) })
    .exitOverride()
    .enablePositionalOptions(false)
    .showHelpAfterError('(--help lists what is accepted)');

  const given = (): Context => {
    const { project, local } = program.opts<{ project?: string; local?: boolean }>();
    if (project !== undefined && local && project !== 'local') {
      throw new ExpectedError('--project and --local name two places. Give one of them.', EXIT.usage);
    }
    return { ...context, chosen: { project, local } };
  };
  const json = (): Option => new Option('--json', 'one JSON document on stdout');

  program
    .command('init')
    .description('write what a project needs: mymlops.yml, run.sh, a notebook; overwrites nothing')
    .argument('[folder]', 'where; it is made if need be', '.')
    .addOption(json())
    .action(async (folder: string, options) => {
      const { init } = await import('./commands/init');
      finish(init(given(), folder, options));
    });

  program
    .command('validate')
    .description('check mymlops.yml, and say where it would run')
    .argument('[file]', 'the file or its folder (default: the first mymlops.yml from here upwards)')
    .option('--schema', 'print the JSON Schema of mymlops.yml, for editors')
    .addOption(json())
    .action(async (file: string | undefined, options) => {
      const { validate } = await import('./commands/validate');
      finish(validate(given(), file, options));
    });

  program
    .command('commit')
    .description('run notebooks, each on a machine of its own, and follow them')
    .argument('<notebooks...>', '[PROFILE] NOTEBOOK...')
    .option('-n, --notes <text>', 'notes, shown with the run')
    .option('-a, --artifacts', 'put the artifacts folder into the output repository as well')
    .option('-k, --keep', 'keep the machine for 2h after the end')
    // The predecessor's name.
    .addOption(new Option('--keep_instance').implies({ keep: true }).hideHelp())
    .option('--keep-for <duration>', 'keep the machine for this time after the end, at most 8h')
    .option('-p, --param <name=value>', 'a parameter for the notebook; may be given often', collect)
    .option('--max-run <duration>', 'end the command after this time: 90, 30s, 15m, 2h, 1d')
    .option('--detach', 'return as soon as the run is accepted')
    .addOption(json())
    .action(async (notebooks: string[], options) => {
      const { commit } = await import('./commands/commit');
      finish(await commit(given(), notebooks, options));
    });

  program
    .command('ps')
    .alias('status')
    .description('list runs, newest first')
    .option('-n, --limit <number>', 'how many', wholeNumber, 20)
    .option('--all', 'all there are')
    .addOption(json())
    .action(async (options) => {
      const { ps } = await import('./commands/ps');
      finish(await ps(given(), options));
    });

  program
    .command('show')
    .description('show a run')
    .argument('[run]', 'an id, a unique part of one, or `latest`', 'latest')
    .addOption(json())
    .action(async (run: string, options) => {
      const { show } = await import('./commands/show');
      finish(await show(given(), run, options));
    });

  program
    .command('logs')
    .alias('startup-logs')
    .description("print a run's log")
    .argument('[run]', 'an id, a unique part of one, or `latest`', 'latest')
    .option('-f, --follow', 'go on until the run has ended')
    .action(async (run: string, options) => {
      const { logs } = await import('./commands/logs');
      finish(await logs(given(), run, options));
    });

  program
    .command('events')
    .description('list what the machines of a run reported')
    .argument('[run]', 'an id, a unique part of one, or `latest`', 'latest')
    .addOption(json())
    .action(async (run: string, options) => {
      const { events } = await import('./commands/events');
      finish(await events(given(), run, options));
    });

  program
    .command('pull')
    .description('download the results of a run')
    .argument('[run]', 'an id, a unique part of one, or `latest`', 'latest')
    .argument('[folder]', 'where to put them (default: ./<run>)')
    .addOption(json())
    .action(async (run: string, folder: string | undefined, options) => {
      const { pull } = await import('./commands/pull');
      finish(await pull(given(), run, folder, options));
    });

  program
    .command('publish')
    .description('push the results of a run to its output repository, with your own git')
    .argument('[run]', 'an id, a unique part of one, or `latest`', 'latest')
    .action(async (run: string) => {
      const { publish } = await import('./commands/publish');
      finish(await publish(given(), run));
    });

  program
    .command('cancel')
    .description('end runs')
    .argument('<runs...>', 'ids, unique parts of ids, or `latest`')
    .action(async (runs: string[]) => {
      const { cancel } = await import('./commands/cancel');
      finish(await cancel(given(), runs));
    });

  program
    .command('rm')
    .description('remove runs that have ended: history, events, log and results in the bucket')
    .argument('<runs...>', 'ids, unique parts of ids, or `latest`')
    .addOption(json())
    .action(async (runs: string[], options) => {
      const { rm } = await import('./commands/rm');
      finish(await rm(given(), runs, options));
    });

  addLocalCommands(program, given, json, finish);

  program
    .command('completion')
    .description('print a script that completes this command line in your shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('./commands/completion');
      finish(completion(given(), program, shell));
    });

  program.command('run-ids', { hidden: true }).action(async () => {
    const { runIds } = await import('./commands/completion');
    finish(await runIds(given()));
  });

  addExamples(program);
  return program;
}

function addLocalCommands(
  program: Command,
  given: () => Context,
  json: () => Option,
  finish: (code: number) => void,
): void {
  const local = program.command('local').description('this machine as a cloud');

  local
    .command('up')
    .description('start it (every command that needs it does so by itself)')
    .option('--sweep-seconds <number>', 'time between two sweeps')
    .option('--idle-minutes <number>', 'leave after this time without work')
    .option('--heartbeat-seconds <number>', "time between two signs of a machine's life")
    .option('--progress-seconds <number>', 'the same while a notebook makes progress')
    .addOption(json())
    .action(async (options) => {
      const { localUp } = await import('./commands/local');
      finish(await localUp(given(), options));
    });

  local
    .command('down')
    .description('stop it; runs go on and are found again')
    .addOption(json())
    .action(async (options) => {
      const { localDown } = await import('./commands/local');
      finish(await localDown(given(), options));
    });

  local
    .command('status')
    .description('say whether it runs, and where its state is')
    .addOption(json())
    .action(async (options) => {
      const { localStatus } = await import('./commands/local');
      finish(await localStatus(given(), options));
    });

  local
    .command('reset')
    .description('stop it and delete its machines, runs and results')
    .option('--yes', 'do not ask')
    .addOption(json())
    .action(async (options) => {
      const { localReset } = await import('./commands/local');
      finish(await localReset(given(), options));
    });
}
