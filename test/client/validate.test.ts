// `validate`: all errors at once, and nothing started.
import { join } from 'node:path';
import { runCli } from '../../client/src/cli';
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
  const { code, printed } = await validate('commit:\n  command: x\n  instance:\n    accelerator: t4\n');
  expect(code).toBe(1);
  expect(printed).toContain('asks for an accelerator, and no project is given');
});

test('a file that is not there is one sentence', async () => {
  const { code, said, printed } = await validate('', 'none.yml');
  expect({ code, printed }).toEqual({ code: 1, printed: '' });
  expect(said).toMatch(/none\.yml does not exist\.$/);
});
