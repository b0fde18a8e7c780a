// Completion for fish, which shows the descriptions as well.
import type { CompletedVerb } from './words';

const PROGRAMS = ['mymlops-client', 'mymlops'];
const RUN_IDS = "'latest (eval (commandline -opc)[1] run-ids 2>/dev/null)'";

export function fishCompletion(verbs: readonly CompletedVerb[]): string {
  const byPath = new Map(verbs.flatMap((verb) => verb.paths.map((path) => [path, verb] as const)));
  const lines = verbs.flatMap(({ paths, verbs: inner, options, runs }) => {
    const here = conditionOf(paths);
    return [
      ...inner.map((name) => {
        const path = paths[0] ? `${paths[0]} ${name}` : name;
        return `${here} -f -a ${name} -d ${quoted(byPath.get(path)?.description ?? '')}`;
      }),
      ...options.map(
        ({ flag, description, takesValue }) =>
          `${here} ${flag.startsWith('--') ? '-l' : '-s'} ${flag.replace(/^-+/, '')}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
      ...(runs === 'none' ? [] : [`${here} -f -a ${RUN_IDS}`]),
    ];
  });
  const head = '# mymlops-client completion for fish: mymlops-client completion fish | source';
  return `${[head, ...PROGRAMS.flatMap((program) => lines.map((line) => `complete -c ${program} ${line}`))].join('\n')}\n`;
}

function conditionOf(paths: readonly string[]): string {
  const [first = ''] = paths;
  if (first === '') return '-n __fish_use_subcommand';
  const seen = first.split(' ').map((word, index) => {
    const words = index === 0 && !first.includes(' ') ? paths.join(' ') : word;
    return `__fish_seen_subcommand_from ${words}`;
  });
  return `-n '${seen.join('; and ')}'`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
