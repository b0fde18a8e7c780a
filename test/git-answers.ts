// Real messages of git when it cannot fetch or push: from git itself, and from public reports on git's hosts. Agent and
// client find the same cause in each.

export interface GitAnswer {
  stderr: string[];
  cause: string;
  /** `refusal`: the same answer would come again. `race`: somebody else was faster. `passing`: a few more tries. */
  kind: 'refusal' | 'race' | 'passing';
}

const ACCESS = ['', 'Please make sure you have the correct access rights', 'and the repository exists.'];
const UNREAD = ['fatal: Could not read from remote repository.', ...ACCESS];
const HUNG_UP = 'fatal: the remote end hung up unexpectedly';
const NOT_PUSHED = "error: failed to push some refs to '/srv/results.git'";

const rejected = (reason: string): string => ` ! [remote rejected] 0d31c52 -> main (${reason})`;
const declined = (reason: string, said = ''): string =>
  `The output repository refused the push (${reason}). Allow it there, or choose another output_repository.branch for the next run.${said && ` It said: ${said}`}`;

/** As git shows it: filled up with spaces. */
const remote = (line: string): string => `remote: ${line}        `;
const notMoved = (stderr: string[], cause: string, kind: GitAnswer['kind']): GitAnswer => ({
  stderr: [...stderr, 'To /srv/results.git', rejected('failed to update ref'), NOT_PUSHED],
  cause,
  kind,
});
const notUnpacked = (stderr: string[], cause: string, kind: GitAnswer['kind'] = 'refusal'): GitAnswer => ({
  stderr: [...stderr, 'To /srv/results.git', rejected('unpacker error'), NOT_PUSHED],
  cause,
  kind,
});

export const GIT_ANSWERS: Record<string, GitAnswer> = {
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
  'a key that is not known there': {
    stderr: ['git@github.com: Permission denied (publickey).', ...UNREAD],
    cause: 'git@github.com: Permission denied (publickey).',
    kind: 'refusal',
  },
  'a key that cannot be read': {
    stderr: [
      'Load key "/home/zoe/.ssh/id": invalid format',
      'git@github.com: Permission denied (publickey).',
      ...UNREAD,
    ],
    cause: 'git@github.com: Permission denied (publickey).',
    kind: 'refusal',
  },
  'a host key that is not known here': {
    stderr: ['Host key verification failed.', ...UNREAD],
    cause: 'Host key verification failed.',
    kind: 'refusal',
  },
  'a repository that is not there, over ssh': {
    stderr: [
      "Warning: Permanently added 'github.com' (ED25519) to the list of known hosts.",
      '** WARNING: connection is not using a post-quantum key exchange algorithm.',
      'ERROR: Repository not found.',
      ...UNREAD,
    ],
    cause: 'ERROR: Repository not found.',
    kind: 'refusal',
  },
  'a repository that GitLab does not show': {
    stderr: [
      'remote: ',
      'remote: ========================================================================',
      'remote: ',
      'remote: ERROR: The project you were looking for could not be found or you do not have permission to view it.',
      'remote: ',
      'remote: ========================================================================',
      'remote: ',
      ...UNREAD,
    ],
    cause:
      'The output repository said: ERROR: The project you were looking for could not be found or you do not have permission to view it.',
    kind: 'passing',
  },
  'an archived repository': {
    stderr: ['ERROR: This repository was archived so it is read-only.', ...UNREAD],
    cause: 'ERROR: This repository was archived so it is read-only.',
    kind: 'refusal',
  },
  "gitolite's rules": {
    stderr: ['FATAL: W any results me DENIED by fallthru', '(or you mis-spelled the reponame)', ...UNREAD],
    cause: 'FATAL: W any results me DENIED by fallthru',
    kind: 'refusal',
  },
  'a host that cannot be found, over ssh': {
    stderr: ['ssh: Could not resolve hostname results.invalid: Name or service not known', ...UNREAD],
    cause: 'ssh: Could not resolve hostname results.invalid: Name or service not known',
    kind: 'passing',
  },
  'a connection that is closed, over ssh': {
    stderr: [
      'kex_exchange_identification: read: Connection reset by peer',
      'Connection reset by 192.0.2.1 port 22',
      ...UNREAD,
    ],
    cause: 'Connection reset by 192.0.2.1 port 22',
    kind: 'passing',
  },
  'ssh without a word': {
    stderr: UNREAD,
    cause: 'fatal: Could not read from remote repository.',
    kind: 'passing',
  },
  'a host that cannot be found': {
    stderr: [
      "fatal: unable to access 'https://me:secret@results.invalid/r.git/': Could not resolve host: results.invalid",
    ],
    cause: "fatal: unable to access 'https://results.invalid/r.git/': Could not resolve host: results.invalid",
    kind: 'passing',
  },
  'no password': {
    stderr: ["fatal: could not read Username for 'https://example.org': terminal prompts disabled"],
    cause: "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
    kind: 'refusal',
  },
  'a program for passwords that fails': {
    stderr: [
      "error: unable to read askpass response from '/usr/bin/ksshaskpass'",
      "fatal: could not read Password for 'https://me@example.org': terminal prompts disabled",
    ],
    cause: "fatal: could not read Password for 'https://example.org': terminal prompts disabled",
    kind: 'refusal',
  },
  'HTTP 401': {
    stderr: [
      'remote: Support for password authentication was removed on August 13, 2021.',
      'remote: Please see https://docs.github.com/get-started for information on currently recommended modes of authentication.',
      "fatal: Authentication failed for 'https://github.com/me/results.git/'",
    ],
    cause:
      "fatal: Authentication failed for 'https://github.com/me/results.git/'. The output repository said: Support for password authentication was removed on August 13, 2021. Please see https://docs.github.com/get-started for information on currently recommended modes of authentication.",
    kind: 'refusal',
  },
  'HTTP 403': {
    stderr: [
      'remote: Permission to me/results.git denied to bob.',
      "fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 403",
    ],
    cause:
      "fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 403. The output repository said: Permission to me/results.git denied to bob.",
    kind: 'refusal',
  },
  'HTTP 404': {
    stderr: ['remote: Repository not found.', "fatal: repository 'https://github.com/me/results.git/' not found"],
    cause:
      "fatal: repository 'https://github.com/me/results.git/' not found. The output repository said: Repository not found.",
    kind: 'refusal',
  },
  'HTTP 413': {
    stderr: [
      'error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413',
      'send-pack: unexpected disconnect while reading sideband packet',
      HUNG_UP,
      'Everything up-to-date',
    ],
    cause: 'error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413',
    kind: 'refusal',
  },
  'HTTP 429': {
    stderr: ["fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 429"],
    cause: "fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 429",
    kind: 'passing',
  },
  'HTTP 503': {
    stderr: ["fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 503"],
    cause: "fatal: unable to access 'https://github.com/me/results.git/': The requested URL returned error: 503",
    kind: 'passing',
  },
  'a certificate that nobody trusts': {
    stderr: [
      "fatal: unable to access 'https://git.example.org/r.git/': SSL certificate problem: unable to get local issuer certificate",
    ],
    cause:
      "fatal: unable to access 'https://git.example.org/r.git/': SSL certificate problem: unable to get local issuer certificate",
    kind: 'refusal',
  },
  'a connection that breaks': {
    stderr: [
      'error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)',
      'error: 2613 bytes of body are still expected',
      'fetch-pack: unexpected disconnect while reading sideband packet',
      'fatal: early EOF',
      'fatal: fetch-pack: invalid index-pack output',
    ],
    cause: 'error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)',
    kind: 'passing',
  },
  'the other side was killed': {
    stderr: ['send-pack: unexpected disconnect while reading sideband packet', HUNG_UP],
    cause: 'send-pack: unexpected disconnect while reading sideband packet',
    kind: 'passing',
  },
  'a bundle that is none': {
    stderr: ['error: unrecognized header: -----'],
    cause: 'error: unrecognized header: -----',
    kind: 'passing',
  },
  nothing: { stderr: [''], cause: 'git failed and said nothing', kind: 'passing' },
};
