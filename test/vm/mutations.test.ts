// The agent broken on purpose, one small piece at a time. A short story tells each from the real one, which plays it as well.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VOID_OUTCOME, base64 } from '@mymlops/protocol';
import { PREFIX, SCRIPTS, destroyVms, git, startVm, type Vm, type VmOptions } from './start-vm';

const folder = mkdtempSync(join(tmpdir(), 'mymlops-mutants-'));

interface Story {
  options(): VmOptions;
  /** Plays it to its end, and says in a word or two what that was. */
  play(vm: Vm): Promise<string>;
  /** Its end with the real agent. */
  right: string;
}

const notesRun = 'touch "$HOME/ran" #';
const hasRun = ({ home }: Vm): string => (existsSync(join(home, 'ran')) ? 'it ran' : 'it did not run');

/** Resolves when the agent has left, or has said that its outcome is written. */
async function untilOver({ agent, google, log }: Vm): Promise<void> {
  agent.once('exit', () => google.setAttribute('agent', 'has left')); // for who waits to look again
  const hasLeft = (): boolean => agent.exitCode !== null || agent.signalCode !== null;
  await google.until(
    () => `an end\n${log()}`,
    () => hasLeft() || google.reports.some(({ state }) => state.outcome),
  );
}

const fencedDuringSetup: Story = {
  options: () => ({
    command: notesRun,
    metadata: {
      'mymlops-setup-64': base64('until [ -e "$HOME/go" ]; do sleep 0.05; done'),
      'mymlops-progress-seconds': '600', // the side loop, which looks for it as well, sleeps meanwhile
    },
  }),
  async play(vm) {
    const { google } = vm;
    await google.until(
      () => `setup; reported: ${google.reports.map(({ state }) => state.phase).join(', ')}\n${vm.log()}`,
      () => google.reports.some(({ state }) => state.phase === 'setup'),
    );
    google.put(`${PREFIX}fenced`, '');
    vm.put('go', '');
    await vm.exited;
    return hasRun(vm);
  },
  right: 'it did not run',
};

const fencedWhileSecretsAreRead: Story = {
  options: () => ({
    command: notesRun,
    prepare: (google) => {
      google.secrets.set('mymlops_API_KEY', 'x');
      google.fault = ({ path }) => {
        if (path.includes('/secrets/')) google.put(`${PREFIX}fenced`, '');
        return null;
      };
    },
    metadata: { 'mymlops-secrets': 'API_KEY', 'mymlops-progress-seconds': '600' },
  }),
  async play(vm) {
    await vm.exited;
    return hasRun(vm);
  },
  right: 'it did not run',
};

const claimedByAnother: Story = {
  options: () => ({
    command: notesRun,
    prepare: (google) => google.put(`${PREFIX}claim`, '{"v":1,"vmId":"1","boot":"another-boot"}'),
  }),
  async play(vm) {
    await untilOver(vm);
    return hasRun(vm);
  },
  right: 'it did not run',
};

const voided: Story = {
  options: () => ({ prepare: (google) => google.put(`${PREFIX}outcome.json`, VOID_OUTCOME) }),
  async play(vm) {
    await untilOver(vm);
    return vm.google.text(`${PREFIX}outcome.json`) === VOID_OUTCOME
      ? 'the void outcome stays'
      : 'the void outcome is gone';
  },
  right: 'the void outcome stays',
};

/** Verdict and words for the repository are there from the start: who does not ask for them can push nevertheless. */
const published: Story = {
  options() {
    const outputUrl = mkdtempSync(join(folder, 'output-'));
    git(outputUrl, 'init', '-q', '--bare');
    return {
      outputUrl,
      tools: {
        curl: 'case "$*" in *mymlops-control*) echo asked >>"$TMPDIR/order" ;; esac',
        git: 'case "$*" in *" push "*) echo pushed >>"$TMPDIR/order" ;; esac',
      },
      prepare(google) {
        google.attributes.set('mymlops-control', 'result=succeeded\n');
        google.put(`${PREFIX}publish/metadata.json`, '{}');
        google.put(`${PREFIX}publish/message.txt`, 'results\n');
      },
    };
  },
  async play(vm) {
    await vm.ended();
    const order = readFileSync(join(vm.folder, 'order'), 'utf8').trimEnd().replaceAll('\n', ', ');
    const numbers = vm.google.reports.map(({ seq }) => seq);
    return `${order}; ${new Set(numbers).size < numbers.length ? 'a number came twice' : 'each report has its number'}`;
  },
  right: 'asked, pushed; each report has its number',
};

interface Mutation {
  name: string;
  /** Exact text, once in the agent. */
  from: string;
  to: string;
  story: Story;
  /** How the story ends with it. Any other end, such as none at all, does not count as noticed. */
  wrong: string;
}

const MUTATIONS: Mutation[] = [
  {
    name: 'the closed fence is not looked at before the command',
    from: '  look_for_fence # last',
    to: '  : # last',
    story: fencedDuringSetup,
    wrong: 'it ran',
  },
  {
    name: 'the closed fence is looked at before the secrets',
    from: '  if ! begin_secrets "$meta_secrets"; then return 0; fi\n  look_for_fence # last',
    to: '  look_for_fence\n  if ! begin_secrets "$meta_secrets"; then return 0; fi\n  : # last',
    story: fencedWhileSecretsAreRead,
    wrong: 'it ran',
  },
  {
    name: "a claim's owner is not compared",
    from: '  [ "$REPLY" = "$boot" ]\n',
    to: '  [ -n "$REPLY" ]\n',
    story: claimedByAnother,
    wrong: 'it ran',
  },
  {
    name: 'the outcome replaces an existing one',
    from: ` "$private/outcome.json" '&ifGenerationMatch=0'`,
    to: ' "$private/outcome.json"',
    story: voided,
    wrong: 'the void outcome is gone',
  },
  {
    name: 'the number of reports does not grow',
    from: 'seq=$((seq + 1))',
    to: 'seq=1',
    story: published,
    wrong: 'asked, pushed; a number came twice',
  },
  {
    name: 'the verdict is not waited for before the push',
    from: 'if ! wait_for_result; then',
    to: 'if false; then',
    story: published,
    wrong: 'pushed; each report has its number',
  },
];

/** A folder with the agent so changed. Throws unless the text to be replaced occurs exactly once. */
function breakAgent({ name, from, to }: Pick<Mutation, 'name' | 'from' | 'to'>): string {
  const text = readFileSync(join(SCRIPTS, 'agent.sh'), 'utf8');
  const hits = text.split(from).length - 1;
  if (hits !== 1) throw new Error(`${name}: its text is ${hits} times in agent.sh`);
  const scripts = join(folder, name);
  mkdirSync(scripts);
  writeFileSync(
    join(scripts, 'agent.sh'),
    text.replace(from, () => to),
  );
  return scripts;
}

/** How the story ends, or why it has no end. */
async function endOf(story: Story, scripts: () => string): Promise<string> {
  try {
    return await story.play(await startVm({ ...story.options(), scripts: scripts() }));
  } catch (error) {
    return String(error);
  }
}

const ends = new Map<Story | Mutation, string>();

beforeAll(async () => {
  const stories = new Set(MUTATIONS.map(({ story }) => story));
  // Side by side: most of their time they wait.
  await Promise.all([
    ...[...stories].map(async (story) => ends.set(story, await endOf(story, () => SCRIPTS))),
    ...MUTATIONS.map(async (mutation) => ends.set(mutation, await endOf(mutation.story, () => breakAgent(mutation)))),
  ]);
});

afterAll(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true });
});

test.each(MUTATIONS)('$name', (mutation) => {
  const { story, wrong } = mutation;
  expect({ real: ends.get(story), broken: ends.get(mutation) }).toEqual({ real: story.right, broken: wrong });
});

test.each([
  ['nowhere', 'look_for_the_moon'],
  ['in several places', 'leave_if_fenced'],
])('a text that is %s in the agent breaks nothing, which does not count as noticed', (name, from) => {
  expect(() => breakAgent({ name, from, to: '' })).toThrow(/its text is \d+ times in agent\.sh/);
});
