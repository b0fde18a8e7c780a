// Everything that a shell can complete, read from the commander program.
import type { Argument, Command } from 'commander';

export interface CompletedCommand {
  /** Words that lead to this command: `ps`, its alias, or `local up`. The program itself has one empty path. */
  paths: string[];
  description: string;
  /** Possible first words: subcommands, or the few values of an argument. */
  verbs: string[];
  options: { flag: string; description: string; takesValue: boolean }[];
  /** Which of its arguments are runs. */
  runs: 'none' | 'first' | 'all';
  /** One of its arguments is a file or a folder. */
  files: boolean;
}

/** The program itself first; hidden commands and options are left out. */
export function completedCommands(program: Command): CompletedCommand[] {
  return [completedCommand(program, ['']), ...program.commands.flatMap((verb) => below(program, verb, ''))];
}

function below(parent: Command, verb: Command, prefix: string): CompletedCommand[] {
  if (!parent.createHelp().visibleCommands(parent).includes(verb)) return [];
  const paths = [verb.name(), ...verb.aliases()].map((name) => `${prefix}${name}`);
  return [completedCommand(verb, paths), ...verb.commands.flatMap((inner) => below(verb, inner, `${verb.name()} `))];
}

function completedCommand(verb: Command, paths: string[]): CompletedCommand {
  const help = verb.createHelp();
  const first = verb.registeredArguments[0];
  const takesRuns = first !== undefined && isRun(first);
  return {
    paths,
    description: verb.description(),
    verbs: [...help.visibleCommands(verb).map((inner) => inner.name()), ...(first?.argChoices ?? [])],
    options: help
      .visibleOptions(verb)
      .flatMap((option) =>
        [option.short, option.long].flatMap((flag) =>
          flag ? [{ flag, description: option.description, takesValue: option.required }] : [],
        ),
      ),
    runs: takesRuns ? (first.variadic ? 'all' : 'first') : 'none',
    files: verb.registeredArguments.some((argument) => !isRun(argument) && !argument.argChoices),
  };
}

const isRun = (argument: Argument): boolean => /^runs?$/.test(argument.name());
