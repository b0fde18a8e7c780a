// Hooks and the rules of git's hosts.
import { NOT_PUSHED, rejected, declined, remote, type GitAnswer } from './answer';

export const HOST_ANSWERS: Record<string, GitAnswer> = {
  'a hook that refuses, with an address': {
    stderr: [
      remote('policy: see https://bob:secret@host/x'),
      'To /srv/results.git',
      rejected('pre-receive hook declined'),
      NOT_PUSHED,
    ],
    cause: declined('pre-receive hook declined', 'policy: see https://host/x'),
    kind: 'refusal',
  },
  "GitHub's protected branch": {
    stderr: [
      remote('error: GH006: Protected branch update failed for refs/heads/main.'),
      remote('error: Changes must be made through a pull request.'),
      'To github.com:me/results.git',
      rejected('protected branch hook declined'),
      NOT_PUSHED,
    ],
    cause: declined(
      'protected branch hook declined',
      'error: GH006: Protected branch update failed for refs/heads/main. error: Changes must be made through a pull request.',
    ),
    kind: 'refusal',
  },
  "GitHub's rules": {
    stderr: [
      remote('error: GH013: Repository rule violations found for refs/heads/main.'),
      'remote: ',
      remote('- Changes must be signed.'),
      'To github.com:me/results.git',
      rejected('push declined due to repository rule violations'),
      NOT_PUSHED,
    ],
    cause: declined(
      'push declined due to repository rule violations',
      'error: GH013: Repository rule violations found for refs/heads/main. - Changes must be signed.',
    ),
    kind: 'refusal',
  },
  "GitHub's limit for files": {
    stderr: [
      remote('error: File x/model.bin is 123.00 MB; this exceeds the file size limit of 100.00 MB'),
      remote('error: GH001: Large files detected.'),
      'To github.com:me/results.git',
      rejected('pre-receive hook declined'),
      NOT_PUSHED,
    ],
    cause: declined(
      'pre-receive hook declined',
      'error: File x/model.bin is 123.00 MB; this exceeds the file size limit of 100.00 MB error: GH001: Large files detected.',
    ),
    kind: 'refusal',
  },
  "Azure's policy": {
    stderr: [
      'To https://dev.azure.com/me/p/_git/results',
      rejected('TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.'),
      NOT_PUSHED,
    ],
    cause:
      '[remote rejected] 0d31c52 -> main (TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.)',
    kind: 'refusal',
  },
  'a history that is cut off': {
    stderr: ['To /srv/results.git', rejected('shallow update not allowed'), NOT_PUSHED],
    cause: '[remote rejected] 0d31c52 -> main (shallow update not allowed)',
    kind: 'refusal',
  },
  'a server that failed': {
    stderr: ['To github.com:me/results.git', rejected('Internal Server Error'), NOT_PUSHED],
    cause: '[remote rejected] 0d31c52 -> main (Internal Server Error)',
    kind: 'passing',
  },
};
