// Completion for bash (3.2 and newer) and zsh: the same table of words, and a few lines that differ.
import { type CompletedCommand, groupsOf } from './completed-commands';

/** Calls the program for run ids only where a RUN is expected. It prints none if the local cloud is not running. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# mymlops-client completion for bash: source <(mymlops-client completion bash)
_mymlops_client() {
  local word=\${COMP_WORDS[COMP_CWORD]} place='' args=0 index candidates='' options='' runs=none files=no
  for ((index = 1; index < COMP_CWORD; index++)); do
${readWord('${COMP_WORDS[index]}', commands)}
  done
${table(commands)}
  [[ $args -eq 0 ]] || candidates=''
  if [[ $runs == all || ( $runs == first && $args -eq 0 ) ]] && [[ $word != -* ]]; then
    candidates="latest $("\${COMP_WORDS[0]}" run-ids 2>/dev/null)"
  fi
  [[ $word == -* ]] && candidates=$options
  COMPREPLY=($(compgen -W "$candidates" -- "$word"))
}
complete -o default -F _mymlops_client mymlops-client mymlops
`;
}

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef mymlops-client mymlops
# mymlops-client completion for zsh: source <(mymlops-client completion zsh), after compinit
_mymlops_client() {
  local word=\${words[CURRENT]} place='' args=0 index candidates='' options='' runs=none files=no
  for ((index = 2; index < CURRENT; index++)); do
${readWord('${words[index]}', commands)}
  done
${table(commands)}
  [[ $args -eq 0 ]] || candidates=''
  if [[ $runs == all || ( $runs == first && $args -eq 0 ) ]] && [[ $word != -* ]]; then
    candidates="latest $("\${words[1]}" run-ids 2>/dev/null)"
  fi
  [[ $word == -* ]] && candidates=$options
  if [[ -n $candidates ]]; then compadd -- \${=candidates}; elif [[ $files == yes ]]; then _files; fi
}
compdef _mymlops_client mymlops-client mymlops
`;
}

/** Counts the arguments after the command; the value of --project is not an argument. */
const readWord = (word: string, commands: readonly CompletedCommand[]): string => `    case ${word} in
      --project) index=$((index + 1)) ;;
      -*) ;;
      *)
        if [[ -z $place ]]; then place=${word}
        elif ${groupsOf(commands)
          .map((group) => `[[ $place == ${group} ]]`)
          .join(' || ')}; then place="$place ${word}"
        else args=$((args + 1)); fi
        ;;
    esac`;

function table(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ paths, commands: inner, options, runs, files }) => {
    const pattern = paths.map((path) => `'${path}'`).join(' | ');
    return `    ${pattern}) candidates='${inner.join(' ')}' options='${options.map(({ flag }) => flag).join(' ')}' runs=${runs} files=${files ? 'yes' : 'no'} ;;`;
  });
  return ['  case $place in', ...cases, '  esac'].join('\n');
}
