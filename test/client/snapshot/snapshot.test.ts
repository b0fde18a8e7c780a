import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnFolder } from '../../../client/src/results/own-folder';
import { writeFiles } from '../temp-folder';
import { checkedOut, env, filesIn, git, repository, snapshotOf, tempFolder } from './projects';

test('the snapshot is what is on disk: changed, untracked, deleted, executable, linked, binary', async () => {
  const binary = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256));
  const folder = repository({
    'a.txt': 'old',
    'gone.txt': 'x',
    'dir/b': 'b',
    'dir.x/c': 'c',
    '.gitignore': 'ignored\n',
  });
  writeFiles(folder, { 'a.txt': 'new\r\n', 'new file ü.txt': 'n', ignored: 'i', binary, 'deep/er/e': '' });
  writeFiles(folder, { 'run.sh': '#!/bin/sh\n' });
  chmodSync(join(folder, 'run.sh'), 0o755);
  symlinkSync('a.txt', join(folder, 'link'));
  unlinkSync(join(folder, 'gone.txt'));
  const out = await checkedOut(await snapshotOf(folder));
  const expected = [
    '.gitignore',
    'a.txt',
    'binary',
    'deep/er/e',
    'dir.x/c',
    'dir/b',
    'link',
    'new file ü.txt',
    'run.sh',
  ];
  expect(filesIn(out)).toEqual(expected.toSorted());
  expect(readFileSync(join(out, 'a.txt'), 'utf8')).toBe('new\r\n');
  expect(readFileSync(join(out, 'binary')).equals(binary)).toBe(true);
  expect(statSync(join(out, 'run.sh')).mode & 0o100).toBe(0o100);
  expect(git(out, 'ls-files', '-s', 'link')).toMatch(/^120000/);
});

test('empty folders are not sent, as git knows none', async () => {
  const folder = repository({ 'a.txt': '1' });
  mkdirSync(join(folder, 'empty/deep'), { recursive: true });
  writeFiles(folder, { 'kept/.gitkeep': '' });
  const out = await checkedOut(await snapshotOf(folder));
  expect(readdirSync(out).toSorted()).toEqual(['.git', 'a.txt', 'kept']);
});

test('git itself gives the same tree', async () => {
  const folder = repository({ 'a.txt': '1', 'dir/b': 'b', 'dir.x': 'c', dir0: 'd' });
  const { source } = await snapshotOf(folder);
  expect(source.tree).toBe(git(folder, 'rev-parse', 'HEAD^{tree}'));
  expect(source.origin).toEqual({ branch: 'main', commit: git(folder, 'rev-parse', 'HEAD'), remote: null, dirty: 0 });
});

test("the user's repository stays as it is, bit by bit", async () => {
  const folder = repository({ 'a.txt': '1', 'b.txt': '2' });
  writeFiles(folder, { 'a.txt': 'changed', 'c.txt': 'new' });
  git(folder, 'add', 'a.txt');
  const facts = () =>
    readdirSync(join(folder, '.git'), { recursive: true, encoding: 'utf8' }).map((path) => {
      const { mtimeMs, size, mode } = statSync(join(folder, '.git', path));
      return [path, mtimeMs, size, mode];
    });
  const before = facts();
  const snapshot = await snapshotOf(folder);
  await checkedOut(snapshot);
  expect(facts()).toEqual(before);
  expect(snapshot.source.origin?.dirty).toBe(1);
});

test('a project folder below the root of the work tree is a tree of its own', async () => {
  const root = repository({ 'outside.txt': 'o', 'sub/in.txt': 'i', '.gitignore': '*.tmp\n' });
  writeFiles(root, { 'sub/x.tmp': 't', 'sub/new.txt': 'n' });
  expect(filesIn(await checkedOut(await snapshotOf(join(root, 'sub'))))).toEqual(['in.txt', 'new.txt']);
});

test('without a repository, .gitignore still holds and the origin is unknown', async () => {
  const folder = tempFolder();
  writeFiles(folder, { 'a.txt': 'a', 'data.bin': 'd', '.gitignore': '*.bin\n' });
  const snapshot = await snapshotOf(folder);
  expect(filesIn(await checkedOut(snapshot))).toEqual(['.gitignore', 'a.txt']);
  expect(snapshot.source.origin).toBeUndefined();
});

test("nothing that git is configured to do changes what is on disk, and no hook or filter's output gets in", async () => {
  const files = { 'a.txt': 'one\r\ntwo\r\n', 'b.up': 'lower', '.gitattributes': '*.txt text\n*.up filter=upper\n' };
  const folder = repository(files);
  for (const [key, value] of [
    ['core.autocrlf', 'true'],
    ['filter.upper.clean', 'tr a-z A-Z'],
    ['commit.gpgSign', 'true'],
    ['core.hooksPath', '/nonexistent'],
  ] as const) {
    git(folder, 'config', key, value);
  }
  const hostile = { ...env, GIT_DIR: '/nonexistent', GIT_INDEX_FILE: '/nonexistent/index', GIT_WORK_TREE: '/' };
  const configured = await snapshotOf(folder, { env: hostile });
  const plain = tempFolder();
  writeFiles(plain, files);
  expect(configured.source.tree).toBe((await snapshotOf(plain)).source.tree);
});

test('the same tree gives the same commit, whenever and wherever', async () => {
  const [one, two] = [tempFolder(), tempFolder()];
  for (const folder of [one, two]) writeFiles(folder, { 'a.txt': 'a', 'd/b.txt': 'b' });
  expect((await snapshotOf(one)).source).toEqual((await snapshotOf(two)).source);
});

test('a replaced content takes the place of what is on disk, even where it is ignored', async () => {
  const folder = repository({ 'a.ipynb': 'outputs', '.gitignore': 'b.ipynb\n' });
  writeFiles(folder, { 'b.ipynb': 'x' });
  const replaced = new Map([
    ['a.ipynb', Buffer.from('stripped')],
    ['b.ipynb', Buffer.from('too')],
  ]);
  const out = await checkedOut(await snapshotOf(folder, { replaced }));
  expect(readFileSync(join(out, 'a.ipynb'), 'utf8')).toBe('stripped');
  expect(readFileSync(join(out, 'b.ipynb'), 'utf8')).toBe('too');
});

test('large untracked files are refused with the line to add; tracked ones are taken', async () => {
  const large = Buffer.alloc(10_000_001);
  const folder = repository({ 'tracked.bin': large });
  expect((await snapshotOf(folder)).files).toBe(1);
  writeFiles(folder, { 'data/big.bin': large });
  await expect(snapshotOf(folder)).rejects.toThrow(/data\/big\.bin \(10 MB\)[^]*\n {2}\/data\/big\.bin$/);
});

test('many untracked files that are large together are refused', async () => {
  const folder = tempFolder();
  for (let index = 0; index < 6; index++) writeFiles(folder, { [`${index}.bin`]: Buffer.alloc(9_000_000) });
  await expect(snapshotOf(folder)).rejects.toThrow('54 MB together');
});

test('12,000,000 bytes were over 10 MB and 11.4 MB', async () => {
  const folder = tempFolder();
  writeFiles(folder, { 'a.bin': Buffer.alloc(10_000_000) });
  expect((await snapshotOf(folder)).files).toBe(1);
  writeFiles(folder, { 'b.bin': Buffer.alloc(12_000_000) });
  await expect(snapshotOf(folder)).rejects.toThrow('b.bin (12 MB)');
});

test('what an earlier pull had left was to be ignored file by file, without a word of whence it came', async () => {
  const folder = tempFolder();
  const large = Buffer.alloc(10_000_001);
  const pulled = 'old/20261201-044712-j8lh';
  writeFiles(folder, { [`${pulled}/artifacts/a.bin`]: large, [`${pulled}/artifacts/b.bin`]: large, 'c.bin': large });
  const { message } = await snapshotOf(folder).then(
    () => new Error('taken'),
    (error: Error) => error,
  );
  expect(message.split('\n').slice(4)).toEqual([
    'Track them with git, or add to the .gitignore of the project folder:',
    '  /c.bin',
    `  /${pulled}/`,
    expect.stringMatching(/^A folder named after a run contains results of an earlier `pull`\. Add/),
  ]);
  writeFiles(folder, { '.gitignore': `/c.bin\n/${pulled}/\n` });
  expect((await snapshotOf(folder)).files).toBe(1);
});

test.each([
  ['with git', () => repository({ 'a.txt': 'a' })],
  ['without git', () => tempFolder()],
])('a folder that pull made is not part of the snapshot, %s', async (_what, make) => {
  const folder = make();
  writeFiles(folder, { 'a.txt': 'a' });
  const pulled = join(folder, 'old/20261201-044712-j8lh');
  makeOwnFolder(pulled, []);
  writeFiles(pulled, { 'artifacts/big.bin': Buffer.alloc(10_000_001), 'artifacts/.gitignore': '!*\n', 'log.txt': 'l' });
  expect((await snapshotOf(folder)).files).toBe(1);
});

test("the local cloud's state is not part of the project that it lies in", async () => {
  const folder = repository({ 'a.txt': 'a' });
  writeFiles(folder, { 'state/token': 't' });
  expect((await snapshotOf(folder, { stateFolder: join(folder, 'state') })).files).toBe(1);
});

test('a state folder named through a link went into the bundle, token and all', async () => {
  const folder = repository({ 'a.ipynb': '{}', 'state/token': 'secret', 'state/sub/x': 'x' });
  const link = join(tempFolder(), 'link');
  symlinkSync(folder, link);
  expect((await snapshotOf(folder, { stateFolder: join(link, 'state') })).files).toBe(1);
});

test("another local cloud's state stays out as well; a file of the user's with the mark's name does not", async () => {
  const mark = JSON.stringify({ v: 1, deployment: 'mymlops' });
  const folder = repository({
    'a.ipynb': '{}',
    '.gitignore': '*.json\n',
    'old/mymlops.json': mark,
    'old/token': 'secret',
    'old/firestore/journal': 'x',
    'mine/mymlops.json': '[1]',
    'mine/y': 'y',
  });
  const out = await checkedOut(await snapshotOf(folder));
  expect(filesIn(out)).toEqual(['.gitignore', 'a.ipynb', 'mine/y']);
});

test('a file that changes between hashing and packing stops the commit', async () => {
  const folder = repository({ 'a.txt': 'a' });
  const snapshot = await snapshotOf(folder);
  writeFiles(folder, { 'a.txt': 'later' });
  await expect(snapshot.writeBundle(join(tempFolder(), 'b'))).rejects.toThrow('a.txt changed');
});

test('credentials in the address of the remote are not sent', async () => {
  const folder = repository({ 'a.txt': 'a' });
  git(folder, 'remote', 'add', 'origin', 'https://me:secret@example.org/x.git');
  expect((await snapshotOf(folder)).source.origin?.remote).toBe('https://example.org/x.git');
});

test('file names that are together longer than a text can be were a defect', async () => {
  const tools = tempFolder();
  const script = `#!/bin/sh\ncase " $* " in *' ls-files '*) exec head -c 257000000 /dev/zero ;; esac\n`;
  writeFiles(tools, { git: script });
  chmodSync(join(tools, 'git'), 0o755);
  const folder = tempFolder();
  writeFiles(folder, { '.git/HEAD': '' });
  const listing = snapshotOf(folder, { env: { ...env, PATH: `${tools}:${env.PATH}` } });
  await expect(listing).rejects.toThrow('millions of files: their names alone have more than 256 MB. Add');
});
