// git at the output repository: its hash, its files, its branches.
import { UNREAD, HUNG_UP, NOT_PUSHED, rejected, remote, notMoved, notUnpacked, type GitAnswer } from './answer';

export const REPOSITORY_ANSWERS: Record<string, GitAnswer> = {
  'a repository of another hash, at a push': {
    stderr: ["fatal: the receiving end does not support this repository's hash algorithm", HUNG_UP],
    cause: "fatal: the receiving end does not support this repository's hash algorithm",
    kind: 'refusal',
  },
  'a repository of another hash, at a fetch': {
    stderr: ['fatal: mismatched algorithms: client sha1; server sha256'],
    cause: 'fatal: mismatched algorithms: client sha1; server sha256',
    kind: 'refusal',
  },
  'a repository of another hash, at a fetch of the old protocol': {
    stderr: ["fatal: Server does not support this repository's object format", HUNG_UP],
    cause: "fatal: Server does not support this repository's object format",
    kind: 'refusal',
  },
  'a repository of another owner': {
    stderr: [
      "fatal: detected dubious ownership in repository at '/srv/results.git'",
      'To add an exception for this directory, call:',
      '',
      '\tgit config --global --add safe.directory /srv/results.git',
      ...UNREAD,
    ],
    cause: "fatal: detected dubious ownership in repository at '/srv/results.git'",
    kind: 'refusal',
  },
  'no repository': {
    stderr: ["fatal: '/srv/results.git' does not appear to be a git repository", ...UNREAD],
    cause: "fatal: '/srv/results.git' does not appear to be a git repository",
    kind: 'refusal',
  },
  'a gitfile that leads nowhere': {
    stderr: ['fatal: not a git repository: /srv/nowhere', ...UNREAD],
    cause: 'fatal: not a git repository: /srv/nowhere',
    kind: 'refusal',
  },
  'a protocol that is not allowed': {
    stderr: ["fatal: transport 'ext' not allowed"],
    cause: "fatal: transport 'ext' not allowed",
    kind: 'refusal',
  },
  'a repository that may only be read': notUnpacked(
    ['error: remote unpack failed: unable to create temporary object directory'],
    'error: remote unpack failed: unable to create temporary object directory',
  ),
  'a folder of objects that belongs to somebody else': notUnpacked(
    [
      remote('error: insufficient permission for adding an object to repository database ./objects'),
      remote('fatal: failed to write object'),
      'error: remote unpack failed: unpack-objects abnormal exit',
    ],
    'The output repository said: error: insufficient permission for adding an object to repository database ./objects',
  ),
  'objects that cannot be moved into place': {
    stderr: [
      'error: unable to write file ./objects/eb/32e512: Permission denied',
      'error: unable to write file ./objects/4b/825dc6: Permission denied',
      'To /srv/results.git',
      rejected('unable to migrate objects to permanent storage'),
      NOT_PUSHED,
    ],
    cause: 'error: unable to write file ./objects/eb/32e512: Permission denied',
    kind: 'refusal',
  },
  'a disk that is full': notUnpacked(
    [
      remote('fatal: unable to write loose object file: No space left on device'),
      'error: remote unpack failed: unpack-objects abnormal exit',
    ],
    'The output repository said: fatal: unable to write loose object file: No space left on device',
  ),
  'a quota that is used up': notUnpacked(
    [remote('fatal: write error: Disk quota exceeded'), 'error: remote unpack failed: index-pack abnormal exit'],
    'The output repository said: fatal: write error: Disk quota exceeded',
  ),
  'a push that is too large': notUnpacked(
    [
      remote('fatal: pack exceeds maximum allowed size (2.00 GiB)'),
      'error: remote unpack failed: index-pack abnormal exit',
    ],
    'The output repository said: fatal: pack exceeds maximum allowed size (2.00 GiB)',
  ),
  'objects that the other side checks': notUnpacked(
    [
      remote("error: object b029c74: hasDotgit: contains '.git'"),
      remote('fatal: fsck error in packed object'),
      'error: remote unpack failed: unpack-objects abnormal exit',
    ],
    "The output repository said: error: object b029c74: hasDotgit: contains '.git'",
    'passing',
  ),
  'a branch that cannot be written': notMoved(
    [remote("error: cannot lock ref 'refs/heads/main': Unable to create './refs/heads/main.lock': Permission denied")],
    "The output repository said: error: cannot lock ref 'refs/heads/main': Unable to create './refs/heads/main.lock': Permission denied",
    'refusal',
  ),
  'a branch whose name is a folder there': notMoved(
    [
      remote(
        "error: cannot lock ref 'refs/heads/main/sub': 'refs/heads/main' exists; cannot create 'refs/heads/main/sub'",
      ),
    ],
    "The output repository said: error: cannot lock ref 'refs/heads/main/sub': 'refs/heads/main' exists; cannot create 'refs/heads/main/sub'",
    'refusal',
  ),
  'a branch that somebody else moves': notMoved(
    [remote("error: cannot lock ref 'refs/heads/main': is at 80bfa98 but expected 0d31c52")],
    "The output repository said: error: cannot lock ref 'refs/heads/main': is at 80bfa98 but expected 0d31c52",
    'race',
  ),
  'a branch that somebody else is about to move': notMoved(
    [
      remote("error: cannot lock ref 'refs/heads/n': Unable to create './refs/heads/n.lock': File exists."),
      'remote: ',
      remote('Another git process seems to be running in this repository.'),
    ],
    "The output repository said: error: cannot lock ref 'refs/heads/n': Unable to create './refs/heads/n.lock': File exists. Another git process seems to be running in this repository.",
    'race',
  ),
  'a branch that did not move, without a word why': notMoved(
    [],
    '[remote rejected] 0d31c52 -> main (failed to update ref)',
    'race',
  ),
  'a host of many servers on which somebody was faster': {
    stderr: [
      'To github.com:me/results.git',
      rejected("cannot lock ref 'refs/heads/main': is at 80bfa98 but expected 0d31c52"),
      NOT_PUSHED,
    ],
    cause: "[remote rejected] 0d31c52 -> main (cannot lock ref 'refs/heads/main': is at 80bfa98 but expected 0d31c52)",
    kind: 'race',
  },
  'a push that comes late': {
    stderr: [
      'To /srv/results.git',
      ' ! [rejected]        0d31c52 -> main (fetch first)',
      NOT_PUSHED,
      'hint: Updates were rejected because the remote contains work that you do',
      'hint: not have locally.',
    ],
    cause: '[rejected]        0d31c52 -> main (fetch first)',
    kind: 'race',
  },
  'a branch that is checked out': {
    stderr: [
      remote('error: refusing to update checked out branch: refs/heads/main'),
      remote('error: By default, updating the current branch in a non-bare repository'),
      remote("'receive.denyCurrentBranch' configuration variable to 'refuse'."),
      'To ../work',
      rejected('branch is currently checked out'),
      "error: failed to push some refs to '../work'",
    ],
    cause:
      'The branch is checked out in that repository, and git refuses a push to such a branch. Check out another branch there, or choose another output_repository.branch for the next run.',
    kind: 'refusal',
  },
};
