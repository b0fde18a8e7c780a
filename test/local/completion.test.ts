// Completion in the real shells: verbs, options, files, and the runs of a cloud that runs already.
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { testWith } from '../parts';
import { type Desk, expectOk, newDesk } from './desk';

const BIN = join(__dirname, '../../client/bin/mymlops-client.cjs');

let desk: Desk;
let run: string;
beforeAll(async () => {
  desk = await newDesk({ isCold: true });
  symlinkSync(BIN, join(desk.project, 'mymlops-client'));
  mkdirSync(join(desk.project, 'folder'));
});
afterAll(() => desk.close());

/** A line that is typed as far as this, and what is offered. */
const WITHOUT_RUNS: Record<string, string[]> = {
  val: ['validate'],
  'run-': [],
  '--project local pu': ['publish', 'pull'],
  '--project local ps --j': ['--json'],
  'local d': ['down'],
  'local up ': [],
  'local up --j': ['--json'],
  'secrets s': ['set'],
  'image b': ['build'],
  'image build torch --setup setup.sh --no-f': ['--no-follow'],
  'secrets set A --from': ['--from-file'],
  'commit -n notes --det': ['--detach'],
  'completion ': ['bash', 'fish', 'zsh'],
  'completion bash ': [],
  'show ': ['latest'],
};

const withRuns = (): Record<string, string[]> => ({
  [`show ${run.slice(0, 8)}`]: [run],
  [`pull ${run} ${run.slice(0, 8)}`]: [],
  [`cancel ${run} lat`]: ['latest'],
  [`rm ${run} ${run.slice(0, 8)}`]: [run],
  'rm --j': ['--json'],
});

/** bash completes files by itself where the script offers nothing; the other shells must offer it. */
const withFiles = (): Record<string, string[]> => ({
  'validate fol': ['folder'],
  [`pull ${run} fol`]: ['folder'],
});

/** What the shell offers, without the slash of a folder; $LINE is what is typed. */
function inShell(command: string[], line: string): string[] {
  const env = {
    PATH: `${desk.project}:${process.env['PATH']}`,
    HOME: desk.home,
    MYMLOPS_HOME: desk.home,
    TERM: 'xterm',
  };
  const [program = '', ...args] = command;
  const { stdout, stderr, error } = spawnSync(program, args, {
    cwd: desk.project,
    env: { ...env, LANG: 'C.UTF-8', LINE: line },
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ stderr, error }).toEqual({ stderr: '', error: undefined });
  return stdout.replaceAll(/\/$/gm, '').split('\n').filter(Boolean).toSorted();
}

const IN_BASH = `
  source <(mymlops-client completion bash)
  [[ $(complete -p mymlops-client mymlops) == *"-F _mymlops_client mymlops-client"*"-F _mymlops_client mymlops" ]] || exit
  read -r -a COMP_WORDS <<< "mymlops-client $LINE"; [[ $LINE == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _mymlops_client; printf '%s\\n' "\${COMPREPLY[@]}"`;

const IN_FISH = `
  mymlops-client completion fish | source
  complete -C "mymlops-client $LINE" | string replace -r '\\t.*' ''`;

/** The key is pressed in a terminal; compadd says what it was given instead of showing it. */
const IN_ZSH = `
  zmodload zsh/zpty
  zpty shell zsh -f -i
  start=$(mktemp)
  cat > $start <<'END'
    PROMPT=
    autoload -Uz compinit && compinit -u -D
    source <(mymlops-client completion zsh)
    bindkey '^I' complete-word
    compadd() {
      if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
      local -a hits; builtin compadd -O hits "$@"
      print -rl -- "<"$^hits">"
    }
    leave() { print -r -- '<end>'; exit }
    comppostfuncs=(leave)
    print -r -- '<ready>'
END
  zpty -w shell "source $start"
  until zpty -r shell text && [[ $text == *'<ready>'* ]]; do :; done
  zpty -n -w shell "mymlops-client $LINE"$'\\t'
  while zpty -r shell text; do
    [[ $text == *'<end>'* ]] && break
    [[ $text =~ '<([^<>]+)>' ]] && print -r -- $match[1]
  done
  rm $start; zpty -d shell`;

const offered = (command: string[], lines: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(Object.keys(lines).map((line) => [line, inShell(command, line)]));

const SHELLS: [string, string[]][] = [
  ['bash', ['bash', '-c', IN_BASH]],
  ['zsh', ['zsh', '-f', '-c', IN_ZSH]],
  ['fish', ['fish', '--no-config', '-c', IN_FISH]],
];

describe.each(SHELLS)('%s', (shell, command) => {
  const testInShell = testWith(shell, `apt-get install ${shell}`);

  testInShell('verbs, options and values, and the cloud is not started for the runs', async () => {
    await desk.client('local', 'down');
    expect(offered(command, WITHOUT_RUNS)).toEqual(WITHOUT_RUNS);
    expect(desk.isOwned()).toBe(false);
  });

  testInShell('runs are offered where RUN stands, files where they are meant', async () => {
    await desk.client('local', 'up');
    run ??= expectOk(await desk.client('commit', desk.notebook('a.ipynb', ['1']), '--detach')).stdout.trim();
    const wanted = shell === 'bash' ? withRuns() : { ...withRuns(), ...withFiles() };
    expect(offered(command, wanted)).toEqual(wanted);
  });
});
