// What the scripts of a run's VM read.
import { MAX_ENV_LENGTH, MAX_REQUEST_BYTES, type Attempt, type CommitRequest } from '@mymlops/protocol';
import { runMetadata } from '../../../functions/src/engine/run/metadata';
import type { Settings } from '../../../functions/src/engine/settings';
import { aCommit, anAttempt, anOutput, RUN } from '../../fakes/builders';

const settings = {
  project: 'p',
  deployment: 'team',
  buckets: { results: 'p-results', live: 'p-live' },
  eventsTopic: 'team-events',
  storageUrl: 'https://storage',
  pubsubUrl: 'https://pubsub',
  secretsUrl: 'https://secrets',
  heartbeatSeconds: 60,
  progressSeconds: 15,
  allowEnvironment: false,
} as Settings;
const local = { ...settings, allowEnvironment: true };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const metadata = (request: CommitRequest, attempt: Attempt = anAttempt(), by = settings): object =>
  runMetadata(request, 3, attempt, by);

const MINIMUM = {
  'mymlops-project': 'p',
  'mymlops-deployment': 'team',
  'mymlops-decided-at': String(Date.parse('2026-11-21T10:00:00Z') / 1000),
  'mymlops-time-limit-seconds': '6600',
  'mymlops-results-bucket': 'p-results',
  'mymlops-live-bucket': 'p-live',
  'mymlops-events-topic': 'team-events',
  'mymlops-storage-url': 'https://storage',
  'mymlops-pubsub-url': 'https://pubsub',
  'mymlops-secrets-url': 'https://secrets',
  'mymlops-heartbeat-seconds': '60',
  'mymlops-progress-seconds': '15',
  'mymlops-run': RUN,
  'mymlops-attempt': '3',
  'mymlops-source-object': `sources/${'a'.repeat(40)}.bundle`,
  'mymlops-source-commit': 'b'.repeat(40),
  'mymlops-notebook-64': base64('notebooks/train.ipynb'),
  'mymlops-command-64': base64('./run.sh'),
  'mymlops-params-64': base64('{}'),
  'mymlops-max-run-seconds': '3600',
  'mymlops-setup-seconds': '1800',
  'mymlops-keep-seconds': '0',
  'mymlops-artifacts': 'false',
};
const output = {
  'mymlops-output-url-64': base64('/repo.git'),
  'mymlops-output-branch-64': base64('main'),
  'mymlops-author-name-64': base64('Ada'),
  'mymlops-author-email-64': base64('ada@example.org'),
};
const environment = { PATH: '/usr/bin', NAME: 'a b\nc' };
const lines = `PATH=${base64('/usr/bin')}\nNAME=${base64('a b\nc')}\n`;
const safe = { ...anOutput, safe: true as const };

test('a request that names no more than it must', () => {
  expect(metadata(aCommit())).toStrictEqual(MINIMUM);
});

test.each<[string, CommitRequest, Attempt, Settings, object]>([
  [
    'parameters, as they are spelled',
    aCommit({ parameters: { lr: '1.0' } }),
    anAttempt(),
    settings,
    { 'mymlops-params-64': base64('{"lr":1.0}') },
  ],
  ['artifacts', aCommit({ artifacts: true }), anAttempt(), settings, { 'mymlops-artifacts': 'true' }],
  ['a VM that is kept', aCommit({ keepSeconds: 60 }), anAttempt(), settings, { 'mymlops-keep-seconds': '60' }],
  [
    'setup',
    aCommit({ setup: 'pip install é' }),
    anAttempt(),
    settings,
    { 'mymlops-setup-64': base64('pip install é') },
  ],
  [
    'variables, and names of secrets',
    aCommit({ env: { LEVEL: '3', TEXT: 'é' }, secrets: ['A', 'B'], setupSecrets: ['C'] }),
    anAttempt(),
    settings,
    {
      'mymlops-env-64': base64(`LEVEL=${base64('3')}\nTEXT=${base64('é')}\n`),
      'mymlops-secrets': 'A:B',
      'mymlops-setup-secrets': 'C',
    },
  ],
  [
    'a ready command',
    aCommit({ readyCommand: 'nvidia-smi' }),
    anAttempt(),
    settings,
    { 'mymlops-ready-64': base64('nvidia-smi') },
  ],
  [
    'a checkpoint',
    aCommit(),
    anAttempt({}, { checkpoint: 'c/000001' }),
    settings,
    { 'mymlops-checkpoint-64': base64('c/000001') },
  ],
  ['an output repository', aCommit({ outputRepository: anOutput }), anAttempt(), settings, output],
  [
    'a deploy key, and the host that it is for',
    aCommit({ outputRepository: { ...anOutput, deployKey: 'deploy-key-0-1', knownHosts: 'h t k\n' } }),
    anAttempt(),
    settings,
    { ...output, 'mymlops-output-key': 'deploy-key-0-1', 'mymlops-output-known-hosts-64': base64('h t k\n') },
  ],
  [
    'a repository of another user, on this computer',
    aCommit({ outputRepository: safe }),
    anAttempt(),
    local,
    { ...output, 'mymlops-output-safe': 'true' },
  ],
  ['so, on Google', aCommit({ outputRepository: safe }), anAttempt(), settings, output],
  ['a repository of this user, on this computer', aCommit({ outputRepository: anOutput }), anAttempt(), local, output],
  [
    "the shell's variables, on this computer",
    aCommit({ environment }),
    anAttempt(),
    local,
    { 'mymlops-environment-64': base64(lines) },
  ],
  ['so, on Google', aCommit({ environment }), anAttempt(), settings, {}],
  ['none, on this computer', aCommit(), anAttempt(), local, {}],
])('%s', (_what, request, attempt, by, more) => {
  expect(metadata(request, attempt, by)).toStrictEqual({ ...MINIMUM, ...more });
});

test('a command as long as a request may be was refused by Compute Engine, as its value was too long', () => {
  const command = 'x'.repeat(MAX_REQUEST_BYTES);
  const env = { LONG: '€'.repeat(MAX_ENV_LENGTH - 11) };
  const longest = Object.values(metadata(aCommit({ command, env }))).map((value) => Buffer.byteLength(String(value)));
  expect(Math.max(...longest)).toBeGreaterThan(MAX_REQUEST_BYTES);
  expect(Math.max(...longest)).toBeLessThanOrEqual(262_144);
});
