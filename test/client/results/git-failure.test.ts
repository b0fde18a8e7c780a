import { gitFailureLine } from '../../../client/src/results/git-failure';

test.each<[string, string[], string]>([
  [
    'an unknown host key',
    [
      'Host key verification failed.',
      'fatal: Could not read from remote repository.',
      '',
      'Please make sure you have the correct access rights',
      'and the repository exists.',
    ],
    'Host key verification failed.',
  ],
  [
    'a password that is needed',
    ["fatal: could not read Username for 'https://example.org': terminal prompts disabled"],
    "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
  ],
  [
    'a protected branch',
    [
      'remote: GH006: Protected branch update failed.',
      ' ! [remote rejected] main -> main (protected branch hook declined)',
      "error: failed to push some refs to 'x'",
    ],
    'the output repository refused it (protected branch hook declined). Allow it there, or name another output_repository.branch for the next run. It said: GH006: Protected branch update failed.',
  ],
  [
    'a rule, told in lines that a host fills up and draws',
    [
      'remote: error: GH013: Repository rule violations found.        ',
      'remote:         ',
      'remote: ========',
      'remote: - Changes must be signed.        ',
      ' ! [remote rejected] main -> main (push declined due to repository rule violations)',
      "error: failed to push some refs to 'x'",
    ],
    'the output repository refused it (push declined due to repository rule violations). Allow it there, or name another output_repository.branch for the next run. It said: error: GH013: Repository rule violations found. - Changes must be signed.',
  ],
  [
    'credentials',
    ["fatal: unable to access 'https://me:secret@example.org/x': no"],
    "fatal: unable to access 'https://example.org/x': no",
  ],
  [
    'a branch that is checked out',
    [
      'remote: error: refusing to update checked out branch: refs/heads/main        ',
      'remote: error: By default, updating the current branch in a non-bare repository        ',
      "remote: 'receive.denyCurrentBranch' configuration variable to 'refuse'.        ",
      ' ! [remote rejected] abc -> main (branch is currently checked out)',
      "error: failed to push some refs to '../work'",
    ],
    'the branch is checked out in that repository, and git takes no push to such a branch. Check out another one there, or name another output_repository.branch for the next run.',
  ],
  ['control characters', ['fatal: \u001b]0;title\u0007bad \u001b[31mred'], 'fatal: bad red'],
  ['nothing', [''], 'git said nothing'],
])('%s', (_what, lines, expected) => {
  expect(gitFailureLine(lines.join('\n'))).toBe(expected);
});
