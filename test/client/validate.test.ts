// `validate`: all errors at once, and nothing started.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../client/src/cli';
import { jsonSchema } from '../../client/src/config/json-schema';
import { testContext } from './context';
import { useTempFolders, writeFiles } from './temp-folder';

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
  expect(printed).toBe(`ok: ${file}, runs go to local (this machine), deployment mymlops\n`);
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
  const good = await validate('project: local\n', '--json');
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
  // Its profiles would not run for the same reason: that is said once.
  expect({ code, said }).toEqual({ code: 1, said: '' });
  expect(printed).toContain('asks for an accelerator, and no project is given');
});

test('a file that is not there is one sentence', async () => {
  const { code, said, printed } = await validate('', 'none.yml');
  expect({ code, printed }).toEqual({ code: 1, printed: '' });
  expect(said).toMatch(/none\.yml does not exist\.$/);
});

test('what nothing acts on yet is accepted, and named in one line', async () => {
  const { code, said, printed } = await validate(`
project: local
commit: {command: x, queue_limit: 1h, output_repository: {url: u, deploy_key: k}}
start: {command: y}
profiles: {gpu: {commit: {repository: {url: u}}}}
`);
  expect(code).toBe(0);
  expect(printed).toMatch(/^ok: /);
  expect(said).toBe(
    'accepted, not acted on yet: start, profiles.gpu.commit.repository, commit.output_repository.deploy_key',
  );
});

test('a profile that would run nowhere is told, and is no error of the file', async () => {
  const { code, said } = await validate('commit: {command: x}\nprofiles: {gpu: {commit: {instance: {snapshot: s}}}}\n');
  expect(code).toBe(0);
  expect(said).toContain('The profile gpu asks for a snapshot, and no project is given.');
});

test('--schema prints the JSON Schema, also where there is no file', async () => {
  const context = testContext({ cwd: tempFolder() });
  expect(await runCli(['validate', '--schema'], context)).toBe(0);
  expect(JSON.parse(context.printed())).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

test('a folder of that name, and a file that is not text', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'mymlops.yml'));
  const context = testContext({ cwd: folder });
  expect(await runCli(['validate'], context)).toBe(1);
  expect(context.said.join()).toContain('mymlops.yml is not a file.');
  const { code, printed } = await validate('\u0000\u0001');
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringContaining(':1:1: a control character') });
});

test('a file that is too large is not read', async () => {
  const { code, printed } = await validate(`# ${'x'.repeat(300_000)}\n`);
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringContaining('has at most 256 kB') });
});

test('what has no effect on this machine is told', async () => {
  const { code, said } = await validate('project: local\ncommit: {command: x, instance: {accelerator: a}}\n');
  expect({ code, said }).toEqual({ code: 0, said: 'This machine is what it is: accelerator has no effect here.' });
});
