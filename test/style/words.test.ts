// One word for one thing (docs/glossary.md): words that another one has replaced, and where each may still stand.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Documents as earlier versions wrote them. */
const EARLIER_DOCUMENTS = ['protocol/src/documents/earlier-forms.ts', 'test/protocol/documents/earlier-forms.test.ts'];

interface Word {
  /** A pattern, in lower case. */
  word: string;
  instead: string;
  /** Beginnings of paths, each with its reason. */
  allowed?: string[];
}

const WORDS: Word[] = [
  {
    word: 'instances?',
    instead: 'VM, or machine spec; an instance is what `start` makes',
    allowed: [
      // As earlier versions wrote it.
      ...['protocol/src/documents/earlier-forms.ts', 'protocol/src/messages/earlier-forms.ts'],
      // Compute Engine's own word, in its calls, operations and tokens.
      ...[
        'client/src/google/administration/',
        'client/src/relay/',
        'functions/src/google/',
        'functions/src/engine/vm/insert-body.ts',
        'functions/src/engine/vm/stop-cause.ts',
      ],
      ...['protocol/src/messages/identity.ts', 'deploy/local/compute/', 'deploy/local/metadata/'],
      ...['protocol/src/rights/rights.ts', 'docs/rights.md', 'deploy/gcp/modules/mymlops/modules/plan/roles.json'],
      // Commands of gcloud.
      'deploy/gcp/README.md',
      // The path of the metadata server; and a VM may belong to an instance. Files of Google's guest agent.
      ...['functions/vm/common/02-known.sh', 'functions/vm/image/68-scrub.sh'],
      // The keys `instance` and `instance_types`, and the option `--keep_instance`: the predecessor's.
      ...['client/src/config/', 'client/src/runs/commit/requests.ts', 'client/src/cli/definitions/commit.ts'],
      ...[
        'client/src/deployment/wanted-vms.ts',
        'client/src/images/image-facts.ts',
        'docs/configuration.md',
        'docs/images.md',
        'docs/local-cloud.md',
        'examples/gpu/mymlops.yml',
      ],
      // Interactive instances: the kind, and where all kinds are named.
      ...['functions/src/engine/instance/', 'functions/src/effects/instance/', 'protocol/src/documents/instance.ts'],
      ...['protocol/src/messages/instance-report.ts', 'protocol/src/messages/instance-requests.ts'],
      ...['protocol/src/naming/', 'protocol/src/messages/request.ts', 'protocol/src/documents/document-ref.ts'],
      ...['protocol/src/index.ts', 'protocol/src/vm/control.ts', 'protocol/src/vm/metadata.ts'],
      ...['functions/src/config.ts', 'functions/src/context.ts', 'functions/src/engine/kind.ts'],
      ...['functions/src/engine/settings.ts', 'functions/src/sweep/context.ts'],
      ...[
        'functions/src/control/kinds.ts',
        'functions/src/engine/findings.ts',
        'functions/src/effects/vm/change-for-period.ts',
      ],
      ...['functions/vm/instance/', 'scripts/build.mjs', 'firestore.indexes.json', 'protocol/src/documents/sweep.ts'],
      // What they mean to a deployment as a whole: its bounds, its removal, `doctor` and `sweep`.
      ...[
        'client/src/deployment/removal/',
        'client/src/deployment/variables.ts',
        'client/src/cli/definitions/deploy.ts',
      ],
      ...['client/src/doctor/', 'client/src/commands/sweep.ts', 'docs/architecture.md', 'docs/google.md'],
      'deploy/gcp/modules/mymlops/',
      // Their commands.
      ...['client/src/instances/', 'client/src/view/instance-', 'client/src/ending/', 'client/src/google/instances.ts'],
      ...['start', 'stop', 'extend', 'delete', 'why', 'kill', 'cancel-all', 'logs', 'ps', 'validate'].map(
        (command) => `client/src/commands/${command}.ts`,
      ),
      ...['instances', 'kill', 'logs', 'ps'].map((command) => `client/src/cli/definitions/${command}.ts`),
      ...['client/src/cli/program.ts', 'client/src/cli/usage-advice.ts', 'client/src/deployment/connect.ts'],
      ...['docs/instances.md', 'docs/commands.md', 'docs/what-is-sent.md', 'README.md'],
      // Files of Google's guest agent.
      'functions/vm/image/68-scrub.sh',
      // Tests of all these, and what plays them.
      ...['test/', 'scripts/simulate.mjs', 'docs/development.md'],
    ],
  },
  { word: 'suspects?|strangers?|ripe|standing', instead: 'orphan candidate, orphan, past its grace period, owner' },
  {
    word: 'dry(?! runs?)',
    instead: 'stocked out, or dry run',
    // A label from which random numbers follow: another one would change the plan of each seed.
    allowed: ['test/simulation/faults/takeovers-and-lost-sources.ts'],
  },
  {
    word: 'cold',
    instead: 'stocked out',
    // A start from nothing, which is the usual word for it.
    allowed: ['client/src/deployment/sweeps.ts', 'docs/development.md', 'test/bench/', 'test/local/', 'test/real-vm/'],
  },
  { word: 'seal(?:ed|s)?', instead: 'fence, or void outcome' },
  { word: 'guard(?:ed|s)?', instead: 'time limit verified, or auth', allowed: EARLIER_DOCUMENTS },
  {
    word: 'silences?',
    instead: 'liveness, or a silent VM',
    // A connection on which nothing comes, which says nothing about a VM.
    allowed: [...EARLIER_DOCUMENTS, 'client/src/google/', 'test/client/google/'],
  },
  { word: 'canar(?:y|ies)', instead: 'probe', allowed: EARLIER_DOCUMENTS },
  { word: 'ledgers?', instead: 'attempt archive' },
  { word: 'at rest', instead: 'settled, or unchanged' },
  { word: 'tell senders?|heirs?|without hands', instead: 'reject, dependent run, read-only ports' },
  { word: 'remarks?|departures?|intakes?|scratch|seats?', instead: 'warning, exit, push receiver, temp folder, slot' },
];

/** The table has the words themselves, and the page's own test does. */
const LEFT_OUT = ['test/style/', 'test/docs/glossary.test.ts', 'package-lock.json', 'LICENSE'];

/** `isDryRun`, `DRY_RUN` and `dry-run` as `is dry run`, `dry run`, `dry run`, in the same lines. */
const inWords = (source: string): string =>
  source
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();

function foundIn(text: string, word: string): string[] {
  const pattern = new RegExp(`\\b(?:${word})\\b`);
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${index + 1}: ${line.trim().slice(0, 100)}`] : []));
}

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
const files = listed
  .toString('utf8')
  .split('\0')
  .filter((file) => /\.(?:ts|mjs|cjs|sh|py|md|json|yml)$/.test(file) && existsSync(join(ROOT, file)))
  .filter((file) => !LEFT_OUT.some((path) => file.startsWith(path)))
  .map((file) => ({ file, text: inWords(readFileSync(join(ROOT, file), 'utf8')) }));

test.each(WORDS)('$word: only where it is allowed', ({ word, allowed = [] }) => {
  const outside = files.filter(({ file }) => !allowed.some((path) => file.startsWith(path)));
  expect(outside.flatMap(({ file, text }) => foundIn(text, word).map((line) => `${file}:${line}`))).toEqual([]);
});

test.each(WORDS.flatMap(({ word, allowed = [] }) => allowed.map((path) => ({ word, path }))))(
  '$word is still needed in $path',
  ({ word, path }) => {
    const inside = files.filter(({ file }) => file.startsWith(path));
    expect(inside.some(({ text }) => foundIn(text, word).length > 0)).toBe(true);
  },
);

test.each([
  ['const isDry = 1', 'dry(?! runs?)', 1],
  ['isDryRun, DRY_RUN and --dry-run', 'dry(?! runs?)', 0],
  ['DRY_ZONES', 'dry(?! runs?)', 1],
  ['expectAtRest', 'at rest', 1],
  ['the instance', 'instances?', 1],
  ['isinstance(x)', 'instances?', 0],
])('%j: %s', (source, word, count) => {
  expect(foundIn(inWords(source), word)).toHaveLength(count);
});
