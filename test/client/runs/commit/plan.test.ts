import { planCommit } from '../../../../client/src/runs/commit/plan';
import { testContext } from '../../context';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();
const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ cell_type: 'code', source: '1' }],
});

function project(config = 'project: local\ncommit:\n  command: run\n  max_run: 1h\n'): string {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config, 'nb/a.ipynb': NOTEBOOK, 'b.ipynb': NOTEBOOK });
  return folder;
}

const plan = (cwd: string, words: string[], options: Parameters<typeof planCommit>[2] = {}) =>
  planCommit(testContext({ cwd }), words, options);

test('the file above the notebook makes its folder the project', () => {
  const folder = project();
  const { notebooks, project: found, shared } = plan(`${folder}/nb`, ['a.ipynb', '../b.ipynb', './a.ipynb']);
  expect(found.folder).toBe(folder);
  expect(notebooks.map(({ path }) => path)).toEqual(['nb/a.ipynb', 'b.ipynb']);
  expect(shared).toEqual({
    parameters: {},
    artifacts: false,
    keepSeconds: 0,
    maxRunSeconds: 3600,
    queueLimitSeconds: 86_400,
  });
});

test('retention goes with the run, in seconds, for the ends that the file names', () => {
  const config = 'project: local\ncommit: {command: x}\nretention: {succeeded: 30d, cancelled: 90}\n';
  const { shared } = plan(project(config), ['b.ipynb']);
  expect(shared.retentionSeconds).toEqual({ succeeded: 2_592_000, cancelled: 90 });
});

test.each<[Parameters<typeof planCommit>[2], number]>([
  [{}, 0],
  [{ keep: true }, 7200],
  [{ keepFor: '4h' }, 14400],
  [{ keep: true, keepFor: '30m' }, 1800],
])('%j keeps the VM for %d seconds', (options, seconds) => {
  expect(plan(project(), ['b.ipynb'], options).shared.keepSeconds).toBe(seconds);
});

test.each<[string, string[], Parameters<typeof planCommit>[2], string, number]>([
  ['a notebook that does not exist', ['c.ipynb'], {}, 'c.ipynb does not exist', 1],
  ['a profile that does not exist', ['gpu', 'b.ipynb'], {}, 'no profile gpu', 2],
  ['too long a keep', ['b.ipynb'], { keepFor: '9h' }, '8h at most', 2],
  ['a max-run that is not a duration', ['b.ipynb'], { maxRun: 'soon' }, '--max-run must be a duration', 2],
  ['a max-run of nothing', ['b.ipynb'], { maxRun: '0' }, '--max-run must be a duration', 2],
  ['a negative max-run', ['b.ipynb'], { maxRun: '-1' }, '--max-run must be a duration', 2],
  ['a max-run in floating point', ['b.ipynb'], { maxRun: '1e9' }, '--max-run must be a duration', 2],
  ['a max-run beyond all numbers', ['b.ipynb'], { maxRun: '9'.repeat(30) }, '--max-run must be a duration', 2],
  ['a max-run that is too long', ['b.ipynb'], { maxRun: '101d' }, '100d or less.', 2],
  ['notes that are too long', ['b.ipynb'], { notes: 'x'.repeat(5000) }, '5000 characters', 2],
])('%s is refused', (_what, words, options, message, exitCode) => {
  const refused = () => plan(project(), words, options);
  expect(refused).toThrow(expect.objectContaining({ message: expect.stringContaining(message), exitCode }));
});

test('each of several notebooks must have the parameters, and a doubtful one gets a warning', () => {
  const folder = project();
  const withCell = (source: string) =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'code', source, metadata: { tags: ['parameters'] }, outputs: [], execution_count: null }],
    });
  writeFiles(folder, { 'c.ipynb': withCell('lr = 1'), 'd.ipynb': withCell('n = 1'), 'p.yaml': 'lr: 1.0\n' });
  const options = { paramsFile: ['p.yaml'] };
  const refused = () => plan(folder, ['c.ipynb', 'd.ipynb'], options);
  expect(refused).toThrow(expect.objectContaining({ message: expect.stringContaining('d.ipynb has no parameter lr') }));
  const { shared, warnings } = plan(folder, ['c.ipynb'], options);
  expect(shared.parameters).toEqual({ lr: '1.0' });
  expect(warnings).toEqual([expect.stringContaining('c.ipynb may not receive the parameter lr')]);
  expect(plan(folder, ['c.ipynb']).warnings).toEqual([]);
});

test('no file at all shows what to write', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'b.ipynb': NOTEBOOK });
  expect(() => plan(folder, ['b.ipynb'])).toThrow(/no mymlops\.yml[^]*commit:\n {2}command: jupyter/);
  expect(() => plan(project('start:\n  command: x\n'), ['b.ipynb'])).toThrow('no section `commit`');
});

test('an output repository that a VM on Google cannot reach is refused', () => {
  const config = 'project: some-project\ncommit:\n  command: run\n  output_repository:\n    url: ./out.git\n';
  expect(() => plan(project(config), ['b.ipynb'])).toThrow('cannot reach');
});

test('a stale emulator variable is refused by name with a real project, where it would divert what is written', () => {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', FIRESTORE_EMULATOR_HOST: 'localhost:1' };
  const cwd = project('project: some-project\ncommit:\n  command: run\n');
  expect(() => planCommit(testContext({ cwd, env }), ['b.ipynb'], {})).toThrow(
    'FIRESTORE_EMULATOR_HOST would send calls meant for project some-project to an emulator. Run: unset FIRESTORE_EMULATOR_HOST',
  );
});

test('for this computer it names an emulator on this computer, and on no other', () => {
  const planWith = (FIRESTORE_EMULATOR_HOST: string) => () =>
    planCommit(
      testContext({
        cwd: project(),
        env: { PATH: process.env['PATH'], HOME: '/nonexistent', FIRESTORE_EMULATOR_HOST },
      }),
      ['b.ipynb'],
      {},
    );
  for (const here of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']) expect(planWith(here)).not.toThrow();
  for (const elsewhere of [
    '10.0.0.1:8080',
    'firestore.example:8080',
    '127.0.0.1.example:8080',
    'localhost',
    '[::2]:1',
  ]) {
    expect(planWith(elsewhere)).toThrow(
      `FIRESTORE_EMULATOR_HOST is ${elsewhere}, but the local cloud can only use an emulator on`,
    );
  }
  expect(planWith('127.0.0.1:65536')).toThrow('unset FIRESTORE_EMULATOR_HOST');
});

test('a program that a local run needs is missing before anything starts', () => {
  const env = { PATH: tempFolder(), HOME: '/nonexistent' };
  expect(() => planCommit(testContext({ cwd: project(), env }), ['b.ipynb'], {})).toThrow(
    'git, curl, bash, python3 are needed',
  );
});

describe('commit PROFILE NOTEBOOK...', () => {
  const FILE = `project: local
commit:
  command: run
  max_run: 1h
profiles:
  cpu: {commit: {max_run: 2h}}
  gpu: {commit: {command: run-gpu, instance: {accelerator: nvidia-tesla-t4}, queue_limit: 3h, max_parallel: 2}}
`;
  const planWith = (config: string, ...words: string[]) => plan(project(config), words);

  test('a profile is laid over the section, and the request names it', () => {
    const { config, shared } = planWith(FILE, 'gpu', 'b.ipynb', 'nb/a.ipynb');
    expect(config).toMatchObject({ command: 'run-gpu', instance: { accelerator: 'nvidia-tesla-t4' } });
    expect(shared).toMatchObject({ profile: 'gpu', maxRunSeconds: 3600, queueLimitSeconds: 10_800, maxParallel: 2 });
    expect(planWith(FILE, 'cpu', 'b.ipynb').shared).toMatchObject({ profile: 'cpu', maxRunSeconds: 7200 });
    expect(planWith(FILE, 'b.ipynb').shared.profile).toBeUndefined();
  });

  const NONE = 'project: local\ncommit: {command: run}\n';
  test.each<[string, string, string[], string | RegExp]>([
    ['an unknown profile', FILE, ['gpuu', 'b.ipynb'], 'There is no profile gpuu in'],
    ['the nearest one', FILE, ['gpuu', 'b.ipynb'], 'did you mean gpu?'],
    ['all there are', FILE, ['zebra', 'b.ipynb'], 'its profiles: cpu, gpu.'],
    ['a key of every object', FILE, ['constructor', 'b.ipynb'], 'There is no profile constructor'],
    [
      'two profiles',
      FILE,
      ['cpu', 'gpu', 'b.ipynb'],
      'cpu and gpu are 2 profiles, but a commit takes one. Commit once for each.',
    ],
    ['an unknown one of two', FILE, ['cpu', 'tpu', 'b.ipynb'], 'There is no profile tpu'],
    ["the predecessor's `commit cpu PATH`", NONE, ['cpu', 'b.ipynb'], /no section `profiles`. Leave out cpu to run/],
  ])('%s', (_what, config, words, message) => {
    const refused = () => planWith(config, ...words);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test('a profile without a notebook: the error says that the notebook is missing', () => {
    expect(() => planWith(FILE, 'cpu')).toThrow(
      'cpu is a profile. Give a notebook too: mymlops-client commit cpu NOTEBOOK',
    );
    expect(() => planWith(FILE, 'cpu', 'gpu')).toThrow('cpu and gpu are profiles. Give a notebook too');
    expect(() => planWith(FILE, 'tpu')).toThrow('tpu does not exist');
  });

  test('a file of profiles alone: each must be named', () => {
    const alone = 'project: local\nprofiles: {cpu: {commit: {command: run}}}\n';
    expect(planWith(alone, 'cpu', 'b.ipynb').config.command).toBe('run');
    expect(() => planWith(alone, 'b.ipynb')).toThrow('Or name a profile: cpu.');
  });
});
