// Completion for fish, which shows the descriptions as well.
import { type CompletedCommand, groupsOf } from './completed-commands';

const PROGRAMS = ['mymlops-client', 'mymlops'];
const RUN_IDS = "'latest (eval (commandline -opc)[1] run-ids 2>/dev/null)'";

/**
 * fish's own __fish_seen_subcommand_from takes the value of --project, or an argument, for a command. The first function
 * prints the words of the command, then how many arguments follow; the value of --project is not an argument.
 */
const functionsFor = (commands: readonly CompletedCommand[]): string => `function __mymlops_client_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l place ''
    set -l args 0
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case --project
                set is_value yes
            case '-*'
            case '*'
                if test -z "$place"
                    set place $word
                else if contains -- "$place" ${groupsOf(commands).join(' ')}
                    set place "$place $word"
                else
                    set args (math $args + 1)
                end
        end
    end
    printf '%s\\n' "$place" $args
end
function __mymlops_client_at
    set -l words (__mymlops_client_words)
    contains -- "$words[1]" $argv
end
function __mymlops_client_begins
    set -l words (__mymlops_client_words)
    contains -- "$words[1]" $argv; and test $words[2] -eq 0
end`;

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const byPath = new Map(commands.flatMap((command) => command.paths.map((path) => [path, command] as const)));
  const lines = commands.flatMap(({ paths, commands: inner, options, runs, files }) => {
    const [at, begins] = ['at', 'begins'].map((name) => condition(name, paths));
    return [
      ...(files ? [] : [`${at} -f`]),
      ...inner.map((name) => {
        const path = paths[0] ? `${paths[0]} ${name}` : name;
        return `${begins} -f -a ${name} -d ${quoted(byPath.get(path)?.description ?? '')}`;
      }),
      ...options.map(
        ({ flag, description, takesValue }) =>
          `${at} ${flag.startsWith('--') ? '-l' : '-s'} ${flag.replace(/^-+/, '')}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
      ...(runs === 'none' ? [] : [`${runs === 'all' ? at : begins} -f -a ${RUN_IDS}`]),
    ];
  });
  const head = '# mymlops-client completion for fish: mymlops-client completion fish | source';
  const completions = PROGRAMS.flatMap((program) => lines.map((line) => `complete -c ${program} ${line}`));
  return `${[head, functionsFor(commands), ...completions].join('\n')}\n`;
}

const condition = (name: string, paths: readonly string[]): string =>
  `-n ${quoted(`__mymlops_client_${name} ${paths.map(quoted).join(' ')}`)}`;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
