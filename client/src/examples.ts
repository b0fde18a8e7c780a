// What `--help` of each verb shows to copy.
import type { Command } from 'commander';

const EXAMPLES: Record<string, readonly string[]> = {
  init: ['init', 'init my-project'],
  validate: ['validate', 'validate other/mymlops.yml --json'],
  commit: [
    'commit notebooks/train.ipynb -n "first run"',
    'commit notebooks/train.ipynb -p lr=0.01 -p epochs=5 --max-run 2h',
    'commit notebooks/*.ipynb --detach',
  ],
  ps: ['ps', 'ps -n 5', 'ps --all --json'],
  show: ['show', 'show 4f2m --json'],
  logs: ['logs -f', 'logs 4f2m'],
  events: ['events', 'events 4f2m --json'],
  pull: ['pull', 'pull 4f2m results'],
  publish: ['publish 4f2m'],
  cancel: ['cancel latest', 'cancel 4f2m 8kq1'],
  rm: ['rm 4f2m 8kq1', 'rm latest --json'],
  local: ['local status', 'local down'],
  'local up': ['local up', 'local up --idle-minutes 60'],
  'local down': ['local down'],
  'local status': ['local status --json'],
  'local reset': ['local reset', 'local reset --yes'],
  completion: [
    'completion bash >> ~/.bashrc',
    'completion zsh >> ~/.zshrc',
    'completion fish > ~/.config/fish/completions/mymlops-client.fish',
  ],
};

/** Adds them to the verbs of `program`, and to those below them. */
export function addExamples(program: Command, prefix = ''): void {
  for (const verb of program.commands) {
    const path = `${prefix}${verb.name()}`;
    const lines = EXAMPLES[path]?.map((example) => `  mymlops-client ${example}`);
    if (lines) verb.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
    addExamples(verb, `${path} `);
  }
}
