// A work tree in any state gives what is on disk, and its repository stays as it is.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../temp-folder';
import { checkedOut, env, filesIn, git, repository, snapshotOf, tempFolder } from './projects';

/** Names, bytes, modes and times of all that lies below. */
function factsOf(folder: string): unknown[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((path) => {
      const file = join(folder, path);
      const { mode, mtimeMs } = lstatSync(file);
      const bytes = lstatSync(file).isFile() ? createHash('sha1').update(readFileSync(file)).digest('hex') : '';
      return [path, mode, mtimeMs, bytes];
    });
}

/** Goes on where git stops with a conflict, as it should. */
function gitConflict(folder: string, ...args: string[]): void {
  expect(() => git(folder, ...args)).toThrow();
}

function conflicting(): string {
  const folder = repository({ 'a.txt': 'base\n', 'b.txt': 'b' });
  git(folder, 'checkout', '-q', '-b', 'other');
  writeFiles(folder, { 'a.txt': 'theirs\n' });
  git(folder, 'commit', '-qam', 'theirs');
  git(folder, 'checkout', '-q', 'main');
  writeFiles(folder, { 'a.txt': 'ours\n' });
  git(folder, 'commit', '-qam', 'ours');
  return folder;
}

function unborn(): string {
  const folder = tempFolder();
  git(folder, 'init', '-q', '-b', 'main');
  writeFiles(folder, { 'a.txt': 'a', 'staged.txt': 's' });
  git(folder, 'add', 'staged.txt');
  return folder;
}

function ofSha256(): string {
  const folder = tempFolder();
  git(folder, 'init', '-q', '-b', 'main', '--object-format=sha256');
  writeFiles(folder, { 'a.txt': 'a', 'sub/b.txt': 'b' });
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'first');
  writeFiles(folder, { 'a.txt': 'changed', 'new.txt': 'n' });
  return folder;
}

const STATES: Record<string, () => string> = {
  'a repository of SHA-256': ofSha256,
  'changed, staged, deleted and untracked': () => {
    const folder = repository({ 'a.txt': '1', 'b.txt': '2', 'c.txt': '3' });
    writeFiles(folder, { 'a.txt': 'staged', 'new.txt': 'n' });
    git(folder, 'add', 'a.txt');
    writeFiles(folder, { 'a.txt': 'staged and changed' });
    rmSync(join(folder, 'b.txt'));
    return folder;
  },
  'in the middle of a merge': () => {
    const folder = conflicting();
    gitConflict(folder, 'merge', 'other');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toContain('<<<<<<<');
    return folder;
  },
  'in the middle of a rebase': () => {
    const folder = conflicting();
    gitConflict(folder, 'rebase', 'other');
    return folder;
  },
  'on no branch': () => {
    const folder = repository({ 'a.txt': '1' });
    git(folder, 'checkout', '-q', '--detach');
    return folder;
  },
  'before the first commit': unborn,
  'with a stash': () => {
    const folder = repository({ 'a.txt': '1' });
    writeFiles(folder, { 'a.txt': '2' });
    git(folder, 'stash', '-q');
    return folder;
  },
  'with part of it checked out': () => {
    const folder = repository({ 'in/a.txt': '1', 'out/b.txt': '2' });
    git(folder, 'sparse-checkout', 'set', 'in');
    expect(existsSync(join(folder, 'out'))).toBe(false);
    return folder;
  },
  'with names in every alphabet': () =>
    repository({ 'é ü.txt': '1', 'данные/模型.txt': '2', '🚀/ا.txt': '3', 'a"b\\c\'d.txt': '4', 'line\nbreak': '5' }),
  'with a folder where a file was': () => {
    const folder = repository({ x: '1', y: '2' });
    rmSync(join(folder, 'x'));
    writeFiles(folder, { 'x/inner.txt': 'i' });
    return folder;
  },
  'with names that differ in case only': () => repository({ 'Data.txt': '1', 'data.txt': '2' }),
};

test.each(Object.keys(STATES))('a work tree %s: all that is on disk, and .git stays', async (state) => {
  const folder = STATES[state]?.() ?? '';
  const before = factsOf(join(folder, '.git'));
  const snapshot = await snapshotOf(folder);
  const out = await checkedOut(snapshot);
  expect(factsOf(join(folder, '.git'))).toEqual(before);
  expect(filesIn(out)).toEqual(filesIn(folder));
  for (const path of filesIn(folder))
    expect(readFileSync(join(out, path)).equals(readFileSync(join(folder, path)))).toBe(true);
  expect(snapshot.warnings).toEqual([]);
});

test('a linked worktree is taken like any other', async () => {
  const main = repository({ 'a.txt': 'a' });
  const linked = join(tempFolder(), 'linked');
  git(main, 'worktree', 'add', '-q', '-b', 'side', linked);
  writeFiles(linked, { 'new.txt': 'n' });
  const before = factsOf(join(main, '.git'));
  const snapshot = await snapshotOf(linked);
  expect(filesIn(await checkedOut(snapshot))).toEqual(['a.txt', 'new.txt']);
  expect(snapshot.source.origin?.branch).toBe('side');
  expect(factsOf(join(main, '.git'))).toEqual(before);
});

test('submodules and nested repositories were left out; what is checked out goes in as plain files', async () => {
  const library = repository({ 'lib.py': 'l', '.gitignore': '*.o\n' });
  const folder = repository({ 'a.txt': 'a' });
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'vendor/lib');
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'vendor/gone');
  git(folder, 'commit', '-qm', 'submodules');
  git(folder, 'submodule', '--quiet', 'deinit', 'vendor/gone');
  writeFiles(folder, { 'vendor/lib/changed.py': 'c', 'vendor/lib/x.o': 'o' });
  mkdirSync(join(folder, 'nested'));
  renameSync(repository({ 'n.txt': 'n' }), join(folder, 'nested/inner'));
  const before = factsOf(folder); // with .git/modules and nested/inner/.git, the inner repositories
  const snapshot = await snapshotOf(folder);
  const out = await checkedOut(snapshot);
  expect(factsOf(folder)).toEqual(before);
  expect(filesIn(out)).toEqual(
    [
      '.gitmodules',
      'a.txt',
      'nested/inner/n.txt',
      'vendor/lib/.gitignore',
      'vendor/lib/changed.py',
      'vendor/lib/lib.py',
    ].toSorted(),
  );
  expect(snapshot.warnings).toEqual([
    'Submodules that are not checked out: vendor/gone/. To send them: git submodule update --init',
  ]);
});

test('a folder that became a link went in twice, as a link and as a folder', async () => {
  const folder = repository({ 'd/x.txt': 'x', 'a.txt': 'a' });
  renameSync(join(folder, 'd'), join(folder, 'real'));
  symlinkSync('real', join(folder, 'd'));
  const out = await checkedOut(await snapshotOf(folder));
  expect(readlinkSync(join(out, 'd'))).toBe('real');
  expect(git(out, 'ls-files').split('\n')).toEqual(['a.txt', 'd', 'real/x.txt']);
});

test('a link that replaces a submodule is not followed', async () => {
  const elsewhere = tempFolder();
  writeFiles(elsewhere, { 'private.txt': 'p' });
  const folder = repository({ 'a.txt': 'a' });
  git(folder, 'update-index', '--add', '--cacheinfo', `160000,${git(folder, 'rev-parse', 'HEAD')},sub`);
  symlinkSync(elsewhere, join(folder, 'sub'));
  const snapshot = await snapshotOf(folder);
  expect(git(await checkedOut(snapshot), 'ls-files').split('\n')).toEqual(['a.txt', 'sub']);
  expect(snapshot.warnings).toEqual(['Links that lead out of the project: sub. Their targets are not sent.']);
});

test('a project folder that an outer repository ignores is sent whole, and comes from no commit', async () => {
  const outer = repository({ '.gitignore': '/job/\n' });
  writeFiles(outer, { 'job/train.py': 't', 'job/x.tmp': 'x', 'job/.gitignore': '*.tmp\n', 'job/sub/y.py': 'y' });
  const snapshot = await snapshotOf(join(outer, 'job'));
  expect(filesIn(await checkedOut(snapshot))).toEqual(['.gitignore', 'sub/y.py', 'train.py']);
  expect(snapshot.source.origin).toBeUndefined();
});

test('names that git refuses to check out stopped the run on its VM', async () => {
  const folder = repository({ 'a.txt': 'a' });
  writeFiles(folder, { 'sub/.GIT/config': 'c', 'git~1': 'x', 'digit.txt': 'd' });
  const snapshot = await snapshotOf(folder);
  expect(filesIn(await checkedOut(snapshot))).toEqual(['a.txt', 'digit.txt']);
  expect(snapshot.leftOut.map(({ path }) => path).toSorted()).toEqual(['git~1', 'sub/.GIT/config']);
});

test("a file's own pointer of Git LFS is named", async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const folder = repository({ 'model.bin': pointer, '.gitattributes': '*.bin filter=lfs\n' });
  const { warnings, files } = await snapshotOf(folder);
  expect(files).toBe(2);
  expect(warnings).toEqual([
    'Files with a Git LFS pointer instead of their content: model.bin. To send the content: git lfs pull',
  ]);
});

test("status ran the user's filter on files that were touched; nothing of the user's runs", async () => {
  const folder = repository({ 'a.up': 'a', '.gitattributes': '*.up filter=up\n' });
  const ran = join(tempFolder(), 'ran');
  const program = join(tempFolder(), 'program.sh');
  writeFiles(join(program, '..'), { 'program.sh': `#!/bin/sh\necho "$0" >>'${ran}'\ncat\n` });
  chmodSync(program, 0o755);
  for (const key of ['filter.up.clean', 'filter.up.smudge', 'core.fsmonitor', 'core.pager', 'diff.external'])
    git(folder, 'config', key, program);
  for (const name of ['post-index-change', 'pre-commit', 'reference-transaction'])
    symlinkSync(program, join(folder, '.git/hooks', name));
  writeFiles(folder, { 'a.up': 'b' });
  expect(existsSync(ran)).toBe(false);
  const snapshot = await snapshotOf(folder);
  expect(snapshot.source.origin?.dirty).toBe(1);
  expect(existsSync(ran)).toBe(false);
});

test('variables of the git command that a commit is run from do not say whose repository this is', async () => {
  const folder = repository({ 'a.txt': 'a' });
  const other = repository({ 'b.txt': 'b' });
  const hook = {
    GIT_DIR: join(other, '.git'),
    GIT_INDEX_FILE: join(other, '.git/index'),
    GIT_WORK_TREE: other,
    GIT_PREFIX: 'x/',
    GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
    GIT_CEILING_DIRECTORIES: folder,
  };
  const { source } = await snapshotOf(folder, { env: { ...env, ...hook } });
  expect(source.tree).toBe(git(folder, 'rev-parse', 'HEAD^{tree}'));
  expect(source.origin?.commit).toBe(git(folder, 'rev-parse', 'HEAD'));
});

test.each([
  [
    'the one that the branch follows',
    { upstream: 'https://u:p@h.example/up?token=1', origin: 'x@h:o' },
    'https://h.example/up',
  ],
  ['the only one', { mine: 'git@h.example:mine' }, 'git@h.example:mine'],
])('the remote is %s', async (_which, remotes, expected) => {
  const folder = repository({ 'a.txt': 'a' });
  for (const [name, url] of Object.entries(remotes)) git(folder, 'remote', 'add', name, url);
  if ('upstream' in remotes) git(folder, 'config', 'branch.main.remote', 'upstream');
  expect((await snapshotOf(folder)).source.origin?.remote).toBe(expected);
});

test('a file system without executable bits: what git recorded counts', async () => {
  const folder = repository({ 'run.sh': '#!/bin/sh\n', 'a.txt': 'a' });
  git(folder, 'update-index', '--chmod=+x', 'run.sh');
  git(folder, 'config', 'core.fileMode', 'false');
  chmodSync(join(folder, 'a.txt'), 0o755);
  const out = await checkedOut(await snapshotOf(folder));
  const modes = execFileSync('git', ['ls-files', '-s'], { cwd: out, encoding: 'utf8' });
  expect(modes).toMatch(/^100644 .*\ta\.txt\n100755 .*\trun\.sh\n$/);
});

test('the line to add to .gitignore means that file and no other', async () => {
  const folder = repository({ 'a.txt': 'a' });
  const name = 'da*ta[1]\\?.bin  ';
  writeFiles(folder, { [name]: Buffer.alloc(10 * 1024 * 1024 + 1) });
  const { message } = await snapshotOf(folder).then(
    () => new Error('taken'),
    (error: unknown) => error as Error,
  );
  const line = message.split('\n').at(-1)?.slice(2) ?? '';
  writeFiles(folder, { '.gitignore': `${line}\n`, 'dabta1\\?.bin': 'other' });
  expect(filesIn(await checkedOut(await snapshotOf(folder)))).toEqual(['.gitignore', 'a.txt', 'dabta1\\?.bin']);
});
