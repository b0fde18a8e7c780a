// The command line: the list of commands, and how an invocation ends. definitions/ holds the words of each command;
// commands/ does the work and is loaded only when a command runs, so that `--help` costs little more than starting Node.
import { Command, CommanderError } from 'commander';
import type { Context } from '../core/context';
import { adviceAfter, adviceBefore } from './dashed-notebook';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { addCancel } from './definitions/cancel';
import { addCommit } from './definitions/commit';
import { addCompletion } from './definitions/completion';
import { addDeploy } from './definitions/deploy';
import { addDoctor } from './definitions/doctor';
import { addEvents } from './definitions/events';
import { addImage } from './definitions/image';
import { addGpus } from './definitions/gpus';
import { addInit } from './definitions/init';
import { addDelete, addExtend, addStop, addWhy } from './definitions/instances';
import { addKill } from './definitions/kill';
import { addLocal } from './definitions/local';
import { addLogs } from './definitions/logs';
import { addNotYet } from './definitions/not-yet';
import { addPs } from './definitions/ps';
import { addPublish } from './definitions/publish';
import { addPull } from './definitions/pull';
import { addRetry } from './definitions/retry';
import { addRm } from './definitions/rm';
import { addSecrets } from './definitions/secrets';
import { addShow } from './definitions/show';
import { addStart } from './definitions/start';
import { addSweep } from './definitions/sweep';
import { addValidate } from './definitions/validate';
import { addWhoami } from './definitions/whoami';
import type { AddCommand } from './definition';

/** Same as protocol/src/version.ts, whose package takes longer to load than a help page may. */
const VERSION = '0.2.0';

/** Prints the words of all commands. */
const COMPLETION = 'completion';

/** In the order of `--help`, each after the words that begin its command line. */
const COMMANDS: readonly (readonly [words: string, add: AddCommand])[] = [
  ['init', addInit],
  ['validate', addValidate],
  ['commit', addCommit],
  ['start', addStart],
  ['stop', addStop],
  ['extend', addExtend],
  ['why', addWhy],
  ['delete', addDelete],
  ['ps status', addPs],
  ['show', addShow],
  ['logs startup-logs', addLogs],
  ['events', addEvents],
  ['pull', addPull],
  ['publish', addPublish],
  ['cancel', addCancel],
  ['kill', addKill],
  ['retry', addRetry],
  ['rm', addRm],
  ['secrets', addSecrets],
  ['image', addImage],
  ['sweep', addSweep],
  ['doctor', addDoctor],
  ['gpus', addGpus],
  ['whoami', addWhoami],
  ['deploy', addDeploy],
  ['local', addLocal],
  [`${COMPLETION} run-ids`, addCompletion],
  ['dashboard', addNotYet],
];

/** Runs one command line and returns its exit code. Writes to stderr what went wrong. */
export async function runCli(args: readonly string[], context: Context): Promise<number> {
  const advice = adviceBefore(args, context.cwd);
  if (advice !== undefined) {
    context.notice(advice);
    return EXIT.usage;
  }
  let code: number = EXIT.done;
  const program = createProgram(
    context,
    (result) => {
      code = result;
    },
    args,
  );
  try {
    await program.parseAsync(withHelpOption(args, program), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.version') await warnOfShadowingProgram(context);
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      const { adviceOnUsage } = await import('./usage-advice');
      return wrongUsage(context, adviceAfter(args) ?? adviceOnUsage(error, program));
    }
    if (context.interrupted.aborted) return EXIT.interrupted;
    const { describeFailure } = await import('../google/failures');
    context.notice(describeFailure(error, context.env));
    return error instanceof ExpectedError ? error.exitCode : EXIT.error;
  }
}

/**
 * `help image build` -> `image build --help`: commander's own `help` reads one word, and takes a wrong one for none. Words that
 * name no command stay as they are, and are refused.
 */
function withHelpOption(args: readonly string[], program: Command): readonly string[] {
  const [first, ...others] = args.slice(leadingOptions(args));
  if (first !== 'help') return args;
  const words = others.slice(leadingOptions(others));
  let parent = program;
  for (const [at, word] of words.entries()) {
    const named = parent.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (named === undefined) return words.slice(0, at + 1);
    if (named.commands.length === 0) return [...words.slice(0, at + 1), '--help'];
    parent = named;
  }
  return [...words, '--help'];
}

/** How many of `args` are options of the program, which a help page does not need. */
function leadingOptions(args: readonly string[]): number {
  let at = 0;
  for (; /^--(local$|project(=|$))/.test(args[at] ?? ''); at += args[at] === '--project' ? 2 : 1);
  return at;
}

/** The message itself was written by commander. */
function wrongUsage(context: Context, advice: string | undefined): number {
  if (advice !== undefined) context.notice(advice);
  return EXIT.usage;
}

async function warnOfShadowingProgram(context: Context): Promise<void> {
  const { findShadowingProgram } = await import('./shadowing-program');
  const shadowing = findShadowingProgram(context.env);
  if (shadowing !== undefined) {
    context.notice(`\`mymlops\` runs another program here (${shadowing}). Use \`mymlops-client\`.`);
  }
}

/** The program with the commands that `args` need, by default all; `finish` takes the exit code. */
export function createProgram(context: Context, finish: (code: number) => void, args: readonly string[] = []): Command {
  const program = new Command('mymlops-client')
    .description('Run notebooks on disposable VMs and keep their results.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--project <id>', 'the Google Cloud project to use; `local` is this computer')
    .option('--local', 'use this computer as the cloud')
    .configureOutput({
      writeOut: (text) => context.printHelp(text),
      writeErr: (text) => context.notice(text.trimEnd()),
      getOutHelpWidth: () => context.columns(),
      getOutHasColors: () => false,
    })
    .exitOverride()
    .enablePositionalOptions(false)
    .showHelpAfterError('(run with --help for usage)');

  const withFlags = (): Context => {
    const { project, local } = program.opts<{ project?: string; local?: boolean }>();
    if (project === '') {
      throw new ExpectedError("--project is empty. Give a project's id, or `local` for this computer.", EXIT.usage);
    }
    if (project !== undefined && local && project !== 'local') {
      throw new ExpectedError('--project and --local contradict each other. Give one of them.', EXIT.usage);
    }
    return { ...context, flags: { project, local } };
  };

  for (const add of neededFor(args)) add(program, { context: withFlags, finish });
  // Commander suggests the nearest option of a command itself. Which command was meant is not a matter of spelling alone.
  for (const parent of [program, ...program.commands.filter(({ commands }) => commands.length > 0)]) {
    parent.showSuggestionAfterError(false);
  }
  return program;
}

/** A command line that begins with a command needs no other one: building all takes longer than reading the command line. */
function neededFor([first = '']: readonly string[]): AddCommand[] {
  const named = COMMANDS.filter(([words]) => first !== COMPLETION && words.split(' ').includes(first));
  return (named.length > 0 ? named : COMMANDS).map(([, add]) => add);
}
