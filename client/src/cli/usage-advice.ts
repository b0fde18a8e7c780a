// Wrong usage: which command was meant. Other tools have other words for the same things, and the nearest spelling is often
// the wrong command.
import type { Command, CommanderError } from 'commander';
import { nearestKey } from '../core/nearest-key';

const END_ONE = 'To end a run: mymlops-client cancel RUN. To stop an instance: mymlops-client stop NAME';

/** Words of other tools, and the line for each. `local` and its subcommand are joined by a dash here. */
const MEANT: readonly [words: string, line: string][] = [
  ['abort end terminate interrupt', END_ONE],
  ['list ls history runs jobs instances', 'The list: mymlops-client ps'],
  ['describe info inspect details view', 'One run in full: mymlops-client show RUN'],
  ['run submit execute exec launch train queue', 'To run a notebook: mymlops-client commit NOTEBOOK'],
  [
    'remove del destroy purge',
    'To remove a run that has ended: mymlops-client rm RUN. An instance: mymlops-client delete NAME',
  ],
  ['download fetch get results output outputs', 'The results of a run: mymlops-client pull RUN'],
  ['tail follow watch attach', 'The log of a run, as it grows: mymlops-client logs -f RUN'],
  ['rerun restart again resume repeat', 'To do a run again: mymlops-client retry RUN'],
  ['push', 'To push results that a VM could not push: mymlops-client publish RUN'],
  ['new create setup', 'A new project: mymlops-client init'],
  ['config configure configuration', 'The configuration is the file mymlops.yml. To check it: mymlops-client validate'],
  ['login auth', 'Runs on this computer need no login. For Google Cloud: gcloud auth application-default login'],
  ['up down reset', "This computer's cloud: mymlops-client local up, local down, local reset"],
  ['version', 'The version: mymlops-client --version'],
  ['local-start', "To start this computer's cloud: mymlops-client local up"],
  ['local-stop local-kill', "To stop this computer's cloud: mymlops-client local down"],
  ['local-ps local-info', "Whether this computer's cloud runs: mymlops-client local status"],
  ['local-delete local-destroy local-rm', "To delete all of this computer's cloud: mymlops-client local reset"],
];

export const ADVICE = MEANT.map(([, line]) => line);

/** A line to follow commander's own sentence; undefined if no command is near. `program` has parsed the command line. */
export function adviceOnUsage({ code, message }: CommanderError, program: Command): string | undefined {
  const [name = '', ...rest] = program.args;
  const [word] = rest.filter((each) => !each.startsWith('-'));
  const parent = program.commands.find((each) => each.name() === name);
  switch (code) {
    case 'commander.unknownCommand':
      return parent ? meantBy(word ?? '', parent, `${name}-`) : meantBy(name, program);
    case 'commander.unknownOption':
      return adviceOnOption(/'(.*)'/.exec(message)?.[1] ?? '', name, program);
    case 'commander.excessArguments':
      if (name === 'kill') return END_ONE;
      return ['ps', 'status'].includes(name) ? `ps lists runs. For one: mymlops-client show ${word}` : undefined;
    case 'commander.missingArgument':
      return name === 'stop' ? END_ONE : undefined;
    default:
      return undefined;
  }
}

function meantBy(word: string, parent: Command, prefix = ''): string | undefined {
  const known = MEANT.find(([words]) => words.split(' ').includes(`${prefix}${word.toLowerCase()}`));
  if (known) return known[1];
  const visible = parent.createHelp().visibleCommands(parent);
  return didYouMean(
    nearestKey(
      word,
      visible.flatMap((command) => [command.name(), ...command.aliases()]),
    ),
  );
}

/** Advice on an option before the command. For options of a command, commander suggests the nearest itself. */
function adviceOnOption(flag: string, command: string, program: Command): string | undefined {
  if (command === 'commit' && ['-m', '--message'].includes(flag))
    return `${flag} is an option of git. For notes: -n "first run"`;
  if (!command.startsWith('-')) return undefined;
  return didYouMean(
    nearestKey(
      flag,
      program.options.flatMap(({ long }) => long ?? []),
    ),
  );
}

const didYouMean = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : `Did you mean ${name}?`;
