// Completion for bash (3.2 and newer) and zsh: the same table of words, and a few lines that differ.
import type { CompletedCommand } from './completed-commands';

/** Calls the program for run ids only where a RUN is expected. It prints none if the local cloud is not running. */
export function bashCompletion(verbs: readonly CompletedCommand[]): string {
  return `# mymlops-client completion for bash: source <(mymlops-client completion bash)
_mymlops_client() {
  local word=\${COMP_WORDS[COMP_CWORD]} place='' args=0 index verbs='' options='' runs=none files=no
  for ((index = 1; index < COMP_CWORD; index++)); do
${READ_WORD('${COMP_WORDS[index]}')}
  done
${table(verbs)}
  [[ $args -eq 0 ]] || verbs=''
  if [[ $runs == all || ( $runs == first && $args -eq 0 ) ]] && [[ $word != -* ]]; then
    verbs="latest $("\${COMP_WORDS[0]}" run-ids 2>/dev/null)"
  fi
  [[ $word == -* ]] && verbs=$options
  COMPREPLY=($(compgen -W "$verbs" -- "$word"))
}
complete -o default -F _mymlops_client mymlops-client mymlops
`;
}

export function zshCompletion(verbs: readonly CompletedCommand[]): string {
  return `#compdef mymlops-client mymlops
# mymlops-client completion for zsh: source <(mymlops-client completion zsh), after compinit
_mymlops_client() {
  local word=\${words[CURRENT]} place='' args=0 index verbs='' options='' runs=none files=no
  for ((index = 2; index < CURRENT; index++)); do
${READ_WORD('${words[index]}')}
  done
${table(verbs)}
  [[ $args -eq 0 ]] || verbs=''
  if [[ $runs == all || ( $runs == first && $args -eq 0 ) ]] && [[ $word != -* ]]; then
    verbs="latest $("\${words[1]}" run-ids 2>/dev/null)"
  fi
  [[ $word == -* ]] && verbs=$options
  if [[ -n $verbs ]]; then compadd -- \${=verbs}; elif [[ $files == yes ]]; then _files; fi
}
compdef _mymlops_client mymlops-client mymlops
`;
}

/** Counts the arguments after the command; the value of --project is not an argument. */
const READ_WORD = (word: string): string => `    case ${word} in
      --project) index=$((index + 1)) ;;
      -*) ;;
      *)
        if [[ -z $place ]]; then place=${word}
        elif [[ $place == local ]]; then place="local ${word}"
        else args=$((args + 1)); fi
        ;;
    esac`;

function table(verbs: readonly CompletedCommand[]): string {
  const cases = verbs.map(({ paths, verbs: inner, options, runs, files }) => {
    const pattern = paths.map((path) => `'${path}'`).join(' | ');
    return `    ${pattern}) verbs='${inner.join(' ')}' options='${options.map(({ flag }) => flag).join(' ')}' runs=${runs} files=${files ? 'yes' : 'no'} ;;`;
  });
  return ['  case $place in', ...cases, '  esac'].join('\n');
}
