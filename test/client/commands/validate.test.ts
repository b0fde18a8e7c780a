// `validate`: all errors at once, and nothing started.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../../client/src/cli/program';
import { jsonSchema } from '../../../client/src/config/json-schema';
import { planCommit } from '../../../client/src/runs/commit/plan';
import { ExpectedError } from '../../../client/src/core/errors';
import { testContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

async function validate(config: string, ...args: string[]) {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config, 'deep/er/file': '' });
  const context = testContext({ cwd: join(folder, 'deep/er') });
  const code = await runCli(['validate', ...args], context);
  return { code, said: context.said.join('\n'), printed: context.printed(), file: join(folder, 'mymlops.yml') };
}

test('a good file is ok, found from below, and says where it would run', async () => {
  const { code, said, printed, file } = await validate('project: local\ncommit:\n  command: ./run.sh\n');
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expect(printed).toBe(`ok: ${file}, runs go to local (this computer), deployment mymlops\n`);
});

test('every error has its line, its column and the nearest key', async () => {
  const { code, printed, file } = await validate(
    'projet: local\ncommit:\n  comand: ./run.sh\n  max_run: long\n',
    '../..',
  );
  expect(code).toBe(1);
  const lines = printed.trimEnd().split('\n');
  expect(lines).toContain(`${file}:1:1: unknown key projet; did you mean project?`);
  expect(lines).toContain(`${file}:3:3: unknown key commit.comand; did you mean command?`);
  expect(lines).toContain(`${file}:4:12: commit.max_run: not a duration: write 90, 30s, 15m, 2h or 1d`);
});

test('--json is one document, with errors or without', async () => {
  const good = await validate('project: local\ncommit: {command: x}\n', '--json');
  expect(JSON.parse(good.printed)).toEqual({
    file: good.file,
    ok: true,
    errors: [],
    target: { project: 'local', deployment: 'mymlops' },
  });
  const bad = await validate('projet: local\n', '../../mymlops.yml', '--json');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.printed)).toEqual({
    file: bad.file,
    ok: false,
    errors: [{ line: 1, column: 1, message: 'unknown key projet; did you mean project?' }],
    target: null,
  });
});

test('a file that runs nowhere is not ok', async () => {
  const { code, said, printed } = await validate(
    'commit:\n  command: x\n  instance:\n    accelerator: t4\nprofiles: {p: {commit: {setup: s}}}\n',
  );
  // Its profiles would not run for the same reason, which is reported once.
  expect({ code, said }).toEqual({ code: 1, said: '' });
  expect(printed).toContain('needs an accelerator, which only Google Cloud has, but no project is set');
});

test('a file that does not exist is one sentence', async () => {
  const { code, said, printed } = await validate('', 'none.yml');
  expect({ code, printed }).toEqual({ code: 1, printed: '' });
  expect(said).toMatch(/none\.yml does not exist\.$/);
});

test('what nothing acts on yet is accepted, and named in one line', async () => {
  const { code, said, printed } = await validate(`
project: local
commit: {command: x, queue_limit: 1h, output_repository: {url: 'https://h/r.git', deploy_key: k}}
notify: ['https://example.org/hook']
profiles: {gpu: {commit: {repository: {url: u}}}}
`);
  expect(code).toBe(0);
  expect(printed).toMatch(/^ok: /);
  expect(said).toBe('accepted but not implemented yet: notify, profiles.gpu.commit.repository');
});

test('a file for instances alone is one', async () => {
  const { code, printed, said } = await validate('project: local\nstart: {idle: 5m}\n');
  expect({ code, printed, said }).toEqual({
    ...{ code: 0, printed: expect.stringMatching(/^ok: /) },
    said: 'The file is for instances alone: commit needs a section `commit`.',
  });
});

test('what `start` would refuse has its line', async () => {
  const { said } = await validate(`
project: local
commit: {command: x}
start: {soft_stop: 2h, max: 1h}
profiles: {cheap: {start: {max: 3h}}}
`);
  expect(said).toBe(
    'start: `start.soft_stop` is longer than `start.max`, at which Google stops the VM. Make max longer, or soft_stop shorter.',
  );
});

test('a profile that would run nowhere is reported, but is not an error of the file', async () => {
  const { code, said } = await validate('commit: {command: x}\nprofiles: {gpu: {commit: {instance: {snapshot: s}}}}\n');
  expect(code).toBe(0);
  expect(said).toContain('The profile gpu needs a snapshot, which only Google Cloud has, but no project is set.');
});

test('--remote said that all was well with a profile that commit refuses', async () => {
  const config = `project: some-project
commit: {command: x}
profiles: {here: {commit: {output_repository: {url: ../out.git}}}}
`;
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config });
  // No call is made: the deployment cannot be used with these.
  const env = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'none.json') };
  const context = testContext({ cwd: folder, env });
  expect(await runCli(['validate', '--remote', '--json'], context)).toBe(1);
  const { remote } = JSON.parse(context.printed()) as { remote: object };
  const refused = {
    ...{ severity: 'error', subject: 'profile here', problem: 'would be refused' },
    remedy: expect.stringContaining('cannot reach. Use an https or ssh address'),
  };
  expect(remote).toEqual({
    runs: [],
    findings: [refused, expect.objectContaining({ subject: 'The deployment mymlops' })],
  });
  expect(context.said).toEqual([]);
});

test('--schema prints the JSON Schema, also without a file', async () => {
  const context = testContext({ cwd: tempFolder() });
  expect(await runCli(['validate', '--schema'], context)).toBe(0);
  expect(JSON.parse(context.printed())).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

test('a folder of that name, and a file that is not text', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'mymlops.yml'));
  const context = testContext({ cwd: folder });
  expect(await runCli(['validate'], context)).toBe(1);
  expect(context.said.join()).toContain(
    `mymlops.yml is a folder. Rename it: the configuration is a file of that name.`,
  );
  const { code, printed } = await validate('\u0000\u0001');
  expect({ code, printed }).toEqual({
    code: 1,
    printed: expect.stringContaining(':1:1: this control character is not allowed'),
  });
});

test('a file that is too large is not read', async () => {
  const { code, printed } = await validate(`# ${'x'.repeat(300_000)}\n`);
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringContaining('but at most 256 kB are allowed') });
});

test('keys that are ignored on this computer are reported', async () => {
  const { code, said } = await validate('project: local\ncommit: {command: x, instance: {accelerator: a}}\n');
  expect({ code, said }).toEqual({ code: 0, said: 'Running on this computer: instance.accelerator is ignored.' });
});

const NOTEBOOK = JSON.stringify({
  ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
  cells: [{ cell_type: 'code', id: 'a', metadata: {}, execution_count: null, outputs: [], source: '1' }],
});
const COMMIT = 'commit: {command: x}\n';

/** The error with which `commit a.ipynb` refuses the file; undefined if it would begin. */
function refusalOfCommit(config: string, words: string[] = ['a.ipynb']): string | undefined {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config, 'a.ipynb': NOTEBOOK, file: '', 'full/of': '' });
  try {
    planCommit(testContext({ cwd: folder }), words, {});
    return undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return error.message;
    throw error;
  }
}

test.each<[what: string, config: string, sentence: RegExp]>([
  ['an empty file', '', /has no section `commit` with a command\. It needs at least/],
  ['a file of comments', '# to do\n', /has no section `commit`/],
  ['a project alone', 'project: local\n', /has no section `commit`/],
  ['a project of Google alone', 'project: my-project\n', /has no section `commit`/],
  ['no time at all', 'project: local\ncommit: {command: x, max_run: 0}\n', /max_run/],
  [
    'results on this computer for a VM on Google',
    'project: my-project\ncommit: {command: x, output_repository: {url: ../out.git}}\n',
    /cannot reach\. Use an https or ssh address/,
  ],
  ['results in a file', `project: local\ncommit: {command: x, output_repository: {url: ./file}}\n`, /is a file/],
  [
    'results in the project',
    `project: local\ncommit: {command: x, output_repository: {url: ./new}}\n`,
    /part of every snapshot/,
  ],
  [
    'results in a folder of other things',
    `project: local\ncommit: {command: x, output_repository: {url: ./full}}\n`,
    /not a git repository/,
  ],
])('validate said ok of %s, which commit refuses', async (_what, config, sentence) => {
  expect(refusalOfCommit(config)).toMatch(sentence);
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config, file: '', 'full/of': '' });
  const context = testContext({ cwd: folder });
  expect({
    code: await runCli(['validate'], context),
    said: context.said.filter((line) => !line.startsWith('accepted')),
  }).toEqual({ code: 1, said: [] });
  expect(context.printed()).toMatch(sentence);
  expect(context.printed().split(`${folder}/mymlops.yml`)).toHaveLength(2);
});

test('a command that no function would take was refused only at commit, after the snapshot', async () => {
  const { code, printed } = await validate(`project: local\ncommit: {command: "${'x'.repeat(210_000)}"}\n`);
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringContaining('is too large:') });
});

test('a file with which only profiles work is ok, and validate says so; it names those that do not work', async () => {
  const config =
    'project: local\nprofiles: {gpu: {commit: {command: x}}, cpu: {commit: {command: x, output_repository: {url: ./new}}}}\n';
  expect(refusalOfCommit(config)).toContain('Or name a profile: gpu, cpu.');
  expect(refusalOfCommit(config, ['gpu', 'a.ipynb'])).toBeUndefined();
  const { code, said, printed } = await validate(config);
  expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/^ok: /) });
  expect(said).toMatch(/^commit works only with a profile: .*\nprofile cpu: .* part of every snapshot/);
});

test.each([COMMIT, `project: local\n${COMMIT}`, `project: my-project\n${COMMIT}`])('both take %j', async (config) => {
  expect(refusalOfCommit(config)).toBeUndefined();
  expect((await validate(config)).code).toBe(0);
});

test('validate and commit report a line of .env that cannot be read, with its number', async () => {
  const folder = tempFolder();
  const warning = `${folder}/.env:2: cannot be read: it is not of the form NAME=value.`;
  const files = { 'mymlops.yml': 'project: local\ncommit: {command: "$A"}\n', '.env': 'A=x\nB 2\n' };
  writeFiles(folder, { ...files, 'a.ipynb': NOTEBOOK });
  const context = testContext({ cwd: folder });
  expect(await runCli(['validate'], context)).toBe(0);
  expect(context.said).toEqual([warning]);
  expect(planCommit(context, ['a.ipynb'], {}).warnings).toEqual([warning]);
  writeFiles(folder, { '.env': '\nA "x"\n' });
  expect(() => planCommit(context, ['a.ipynb'], {})).toThrow(/\$A has no value.*\n.*\.env:2: cannot be read/);
});
