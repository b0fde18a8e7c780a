import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pushResults } from '../../../client/src/results/publish';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const env = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};
const RUN = '20260101-000000-aaaa';

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'safe.bareRepository=all', ...args], { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trim();

function emptyRepository(): string {
  const folder = tempFolder();
  git(folder, 'init', '-q', '--bare', '-b', 'main', '.');
  return folder;
}

interface Overrides {
  run?: string;
  attempt?: number;
  files?: Record<string, string>;
  limitMs?: number;
  path?: string;
  variables?: Record<string, string>;
  interrupted?: AbortSignal;
}

function push(url: string, overrides: Overrides = {}) {
  const { run = RUN, attempt = 1, limitMs, interrupted, path = env.PATH } = overrides;
  const files = tempFolder();
  writeFiles(files, { 'metadata.json': JSON.stringify({ attempt }), ...overrides.files });
  const repository = { url, branch: 'main', author: { name: 'Ada', email: 'ada@example.org' } };
  return pushResults({
    repository,
    run,
    attempt,
    files,
    message: 'commit x\n',
    env: { ...env, PATH: path, ...overrides.variables },
    tempFolder: tempFolder(),
    limitMs,
    interrupted,
  });
}

test('what the user has configured in variables leads to the repository, as for their own git', async () => {
  const url = emptyRepository();
  const key = `url.file://${url}.insteadOf`;
  const address = 'https://results.invalid/r.git';
  const variables = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: address };
  await push(address, { variables });
  await push(address, { run: `${RUN}b`, variables: { GIT_CONFIG_PARAMETERS: `'${key}'='${address}'` } });
  expect(filesOf(url)).toEqual([`${RUN}/metadata.json`, `${RUN}b/metadata.json`]);
});

const filesOf = (url: string): string[] => git(url, 'ls-tree', '-r', '--name-only', 'main').split('\n');

test('an empty repository gets its first commit, the next ones follow on it', async () => {
  const url = emptyRepository();
  const first = await push(url, { files: { 'a.ipynb': 'a', 'log.txt': 'l\r\n', '.gitignore': '*\n' } });
  expect(git(url, 'log', '-1', '--format=%H %an <%ae> %s', 'main')).toBe(`${first} Ada <ada@example.org> commit x`);
  const second = await push(url, { run: '20260101-000000-bbbb' });
  expect(git(url, 'rev-parse', 'main^')).toBe(first);
  expect(git(url, 'rev-parse', 'main')).toBe(second);
  expect(filesOf(url)).toEqual([
    `${RUN}/.gitignore`,
    `${RUN}/a.ipynb`,
    `${RUN}/log.txt`,
    `${RUN}/metadata.json`,
    '20260101-000000-bbbb/metadata.json',
  ]);
});

test('the same attempt is not pushed twice, a newer one takes the place of the older', async () => {
  const url = emptyRepository();
  const first = await push(url, { files: { old: '1' } });
  expect(await push(url, { files: { other: '2' } })).toBe(first);
  await push(url, { attempt: 2, files: { fresh: '3' } });
  expect(filesOf(url)).toEqual([`${RUN}/fresh`, `${RUN}/metadata.json`]);
  const tip = git(url, 'rev-parse', 'main');
  expect(await push(url, { attempt: 1 })).toBe(tip);
});

test('many at once all arrive', async () => {
  const url = emptyRepository();
  const runs = ['aaaa', 'bbbb', 'cccc', 'dddd'].map((suffix) => `20260101-000000-${suffix}`);
  await Promise.all(runs.map((run) => push(url, { run })));
  expect(filesOf(url)).toEqual(runs.map((run) => `${run}/metadata.json`));
});

test('attributes among the results change nothing, and no hook of a template runs', async () => {
  const url = emptyRepository();
  const [template, ran] = [tempFolder(), join(tempFolder(), 'ran')];
  mkdirSync(join(template, 'hooks'));
  writeFiles(template, { 'hooks/pre-push': `#!/bin/sh\ntouch ${ran}\n` });
  chmodSync(join(template, 'hooks/pre-push'), 0o755);
  const files = tempFolder();
  writeFiles(files, { '.gitattributes': '* text eol=lf\n', 'log.txt': 'a\r\nb\r\n', 'metadata.json': '{}' });
  const repository = { url, branch: 'main', author: { name: 'A', email: 'a@b' } };
  const withTemplate = { ...env, GIT_TEMPLATE_DIR: template };
  await pushResults({
    repository,
    run: RUN,
    attempt: 1,
    files,
    message: 'm',
    env: withTemplate,
    tempFolder: tempFolder(),
  });
  expect(git(url, 'cat-file', '-s', `main:${RUN}/log.txt`)).toBe('6');
  expect(existsSync(ran)).toBe(false);
});

test('a refusal is reported in one line, without credentials', async () => {
  await expect(push('/nonexistent/r.git')).rejects.toThrow(/failed\. fatal: '.*r\.git' does not appear to be a git/);
  const url = emptyRepository();
  writeFiles(url, { 'hooks/pre-receive': '#!/bin/sh\necho "no entry, see https://bob:secret@host/x" >&2\nexit 1\n' });
  chmodSync(join(url, 'hooks/pre-receive'), 0o755);
  await expect(push(url)).rejects.toThrow(
    /failed\. The output repository refused the push \(pre-receive hook declined\)\..* It said: no entry, see https:\/\/host\/x$/,
  );
});

/** A PATH whose git never comes back from a push. */
function endlessPush(): string {
  const folder = tempFolder();
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFiles(folder, {
    git: `#!/bin/sh\ncase "$*" in *" push "*) exec tail -f /dev/null ;; esac\nexec ${real} "$@"\n`,
  });
  chmodSync(join(folder, 'git'), 0o755);
  return `${folder}:${process.env['PATH']}`;
}

test('a push that nobody answers is given up', async () => {
  const pushing = push(emptyRepository(), { limitMs: 1000, path: endlessPush() });
  await expect(pushing).rejects.toThrow('did not finish within 1 s. Check that git can reach it');
});

test('a push that nobody answers is ended by Ctrl-C', async () => {
  const interruption = new AbortController();
  const pushing = push(emptyRepository(), { interrupted: interruption.signal, path: endlessPush() });
  interruption.abort();
  await expect(pushing).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});

test.each(['--upload-pack=touch pwned', 'ext::sh -c true'])('%j, perhaps of somebody else, is refused', async (url) => {
  await expect(push(url)).rejects.toThrow('Results cannot be pushed to');
});

test('a repository of SHA-256 was refused with "the remote end hung up unexpectedly"', async () => {
  const folder = tempFolder();
  git(folder, 'init', '-q', '--bare', '-b', 'main', '--object-format=sha256', '.');
  const first = await push(folder);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  await push(folder, { run: '20260101-000000-bbbb' });
  expect(git(folder, 'rev-parse', 'main^')).toBe(first);
});

test('a clone of a repository with rules for its files was never clean: the run brings its own', async () => {
  const url = emptyRepository();
  const clone = tempFolder();
  writeFiles(clone, { '.gitattributes': '*.txt text\n*.ipynb filter=lfs\n' });
  git(clone, 'init', '-q', '-b', 'main', '.');
  git(clone, 'add', '-A');
  git(clone, '-c', 'user.name=a', '-c', 'user.email=b', 'commit', '-q', '-m', 'rules');
  git(clone, 'push', '-q', url, 'main');
  await push(url, { files: { 'log.txt': 'a\r\n', 'a.ipynb': '{}' } });
  const lfs = ['-c', 'filter.lfs.clean=cat; echo pointer', '-c', 'filter.lfs.required=true'];
  git(clone, ...lfs, 'pull', '-q', '--ff-only', url, 'main');
  expect(git(clone, ...lfs, 'ls-files', RUN)).toContain(`${RUN}/.gitattributes`);
  git(clone, ...lfs, 'add', '--renormalize', '.');
  expect(git(clone, ...lfs, 'status', '--short')).toBe('');
});
