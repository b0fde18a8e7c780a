// Everything that a shell can complete, read from the commander program.
import type { Argument, Command } from 'commander';

export interface CompletedCommand {
  /** Words that lead to this command: `ps`, its alias, or `local up`. The program itself has one empty path. */
  paths: string[];
  description: string;
  /** Possible first words: subcommands, or the few values of an argument. */
  commands: string[];
  options: { flag: string; description: string; takesValue: boolean }[];
  /** Which of its arguments are runs. */
  runs: 'none' | 'first' | 'all';
  /** One of its arguments is a file or a folder. */
  files: boolean;
}

/** The program itself first; hidden commands and options are left out. */
export function completedCommands(program: Command): CompletedCommand[] {
  return [completedCommand(program, ['']), ...program.commands.flatMap((command) => below(program, command, ''))];
}

function below(parent: Command, command: Command, prefix: string): CompletedCommand[] {
  if (!parent.createHelp().visibleCommands(parent).includes(command)) return [];
  const paths = [command.name(), ...command.aliases()].map((name) => `${prefix}${name}`);
  return [
    completedCommand(command, paths),
    ...command.commands.flatMap((inner) => below(command, inner, `${command.name()} `)),
  ];
}

function completedCommand(command: Command, paths: string[]): CompletedCommand {
  const help = command.createHelp();
  const first = command.registeredArguments[0];
  const takesRuns = first !== undefined && isRun(first);
  return {
    paths,
    description: command.description(),
    commands: [...help.visibleCommands(command).map((inner) => inner.name()), ...(first?.argChoices ?? [])],
    options: help
      .visibleOptions(command)
      .flatMap((option) =>
        [option.short, option.long].flatMap((flag) =>
          flag ? [{ flag, description: option.description, takesValue: option.required }] : [],
        ),
      ),
    runs: takesRuns ? (first.variadic ? 'all' : 'first') : 'none',
    files: command.registeredArguments.some((argument) => !isRun(argument) && !argument.argChoices),
  };
}

const isRun = (argument: Argument): boolean => /^runs?$/.test(argument.name());

/** The names of commands that have commands of their own. */
export const groupsOf = (commands: readonly CompletedCommand[]): string[] => [
  ...new Set(commands.flatMap(({ paths: [path = ''] }) => (path.includes(' ') ? path.split(' ', 1) : []))),
];
