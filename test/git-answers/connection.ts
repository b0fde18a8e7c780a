// Keys, passwords, ssh, HTTP, and other ends that are not a repository.
import { UNREAD, HUNG_UP, type GitAnswer } from './answer';

export const CONNECTION_ANSWERS: Record<string, GitAnswer> = {
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
  'a repository that does not exist, over ssh': {
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
