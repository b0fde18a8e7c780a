import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '../../../client/src/google/bucket';
import { tempName } from '../../../client/src/files/stale-temp-files';
import type { ResultFile } from '../../../client/src/results/attempt-results';
import { downloadResults } from '../../../client/src/results/download';
import { sortNames } from '../../../client/src/results/safe-path';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

function bucketOf(contents: Record<string, string>): Pick<Bucket, 'download'> {
  return {
    download: (object, file) => {
      writeFileSync(file, contents[object] ?? '');
      return Promise.resolve();
    },
  };
}

const untroubled = () => ({ interrupted: new AbortController().signal, beforeExit: new Set<() => void>() });

const fileOf = (path: string, content: string): ResultFile => ({
  path,
  object: path,
  size: content.length,
  generation: '1',
  sha256: createHash('sha256').update(content).digest('hex'),
});

const download = (contents: Record<string, string>, folder: string, replaces?: boolean) =>
  downloadResults(
    Object.entries(contents).map(([path, content]) => fileOf(path, content)),
    { context: untroubled(), bucket: bucketOf(contents), folder, replaces },
  );

test.each([
  ['/etc/passwd'],
  ['../up'],
  ['a/../../up'],
  ['..'],
  ['a//b'],
  ['./a'],
  ['a\nb'],
  ['a\u001b[31m'],
  ['a\u0000'],
  ['a\u009b2J'],
  ['a\u202etxt.exe'],
  [''],
])('%j is not written', (path) => {
  expect(sortNames([path])).toEqual({ safe: [], refused: [{ path, why: 'not a safe file name' }] });
});

test.each([['a\\b'], ['..\\up'], ['C:x'], ['a?'], ['x:stream']])(
  '%j is written where it is a name like any other',
  (path) => {
    expect(sortNames([path], 'win32').safe).toEqual([]);
    expect(sortNames([path], 'linux').refused).toEqual([]);
  },
);

test.each([
  ['differ by case', ['A/x.txt', 'a/X.txt']],
  ['differ by composition', ['\u00e9', 'e\u0301']],
  ['are a file and a folder', ['Model', 'model/weights']],
])('names that %s are refused', (_what, paths) => {
  const [first = '', second = ''] = paths;
  const refused = [{ path: second, why: `in conflict with ${JSON.stringify(first)}` }];
  expect(sortNames(['other', ...paths])).toEqual({ safe: ['other', first], refused });
});

test('one odd name cost the whole pull', async () => {
  const parent = tempFolder();
  const folder = join(parent, 'out');
  const { refused } = await download(
    { 'good.txt': 'g', '../bad.txt': 'b', 'esc\u001b[31m': 'e', 'GOOD.txt': 'other' },
    folder,
  );
  expect(refused.map(({ path }) => path)).toEqual(['../bad.txt', 'esc\u001b[31m', 'GOOD.txt']);
  expect(readdirSync(folder)).toEqual(['good.txt']);
  expect(readFileSync(join(folder, 'good.txt'), 'utf8')).toBe('g');
  expect(readdirSync(parent)).toEqual(['out']);
});

test('files arrive in their folders; parts of a repository do not', async () => {
  const folder = join(tempFolder(), 'out');
  const { leftOut } = await download(
    { 'a.ipynb': '1', 'artifacts/m/w.bin': '2', 'artifacts/.GIT/config': 'x' },
    folder,
  );
  expect(readFileSync(join(folder, 'artifacts/m/w.bin'), 'utf8')).toBe('2');
  expect(leftOut).toEqual(['artifacts/.GIT/config']);
  expect(existsSync(join(folder, 'artifacts/.GIT'))).toBe(false);
});

test('a manifest that names a file twice gives the first', async () => {
  const folder = tempFolder();
  const twice = ['one', 'two'].map((content) => ({ ...fileOf('a.txt', content), object: content }));
  const { files, refused } = await downloadResults(twice, {
    context: untroubled(),
    bucket: bucketOf({ one: 'one', two: 'two' }),
    folder,
  });
  expect({ files: files.length, refused: refused.length }).toEqual({ files: 1, refused: 1 });
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});

test('a content that is not what the manifest says is not kept', async () => {
  const folder = tempFolder();
  const wrong = { ...fileOf('a.txt', 'meant'), object: 'a.txt' };
  const bucket = bucketOf({ 'a.txt': 'other' });
  await expect(downloadResults([wrong], { context: untroubled(), bucket, folder })).rejects.toThrow('hash differs');
  expect(readdirSync(folder)).toEqual([]);
});

test('links that lie there are not followed', async () => {
  const [folder, elsewhere] = [tempFolder(), tempFolder()];
  symlinkSync(elsewhere, join(folder, 'artifacts'));
  await expect(download({ 'artifacts/x': '1' }, folder)).rejects.toThrow('is not a folder');
  writeFileSync(join(elsewhere, 'target'), 'mine');
  symlinkSync(join(elsewhere, 'target'), join(folder, 'log.txt'));
  await expect(download({ 'log.txt': 'mine' }, folder)).rejects.toThrow('differ from the results');
  await download({ 'log.txt': 'theirs' }, folder, true);
  expect(readFileSync(join(elsewhere, 'target'), 'utf8')).toBe('mine');
  mkdirSync(join(folder, 'taken'));
  await expect(download({ taken: '1' }, folder, true)).rejects.toThrow('is a folder');
});

test('a second pull replaced what somebody had worked on', async () => {
  const folder = tempFolder();
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}.txt`);
  const results = Object.fromEntries(names.map((name) => [name, 'old']));
  await download(results, folder);
  await download(results, folder);
  for (const name of names.slice(1)) writeFileSync(join(folder, name), 'new');
  await expect(download({ ...results, fresh: 'x' }, folder)).rejects.toThrow(
    'differ from the results: b.txt, c.txt, d.txt, e.txt, f.txt and 1 more. Choose another folder, or overwrite with --force.',
  );
  expect(existsSync(join(folder, 'fresh'))).toBe(false);
  expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('new');
  await download(results, folder, true);
  expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('old');
});

test.each([[''], ['/below']])('a folder that is a file%s was reported as EEXIST', async (below) => {
  const folder = `${tempFolder()}/file`;
  writeFileSync(folder, '');
  await expect(download({ a: '1' }, `${folder}${below}`)).rejects.toThrow(
    `Cannot create ${folder}${below}: ${below ? `${folder} is a file` : 'a file has that name'}. Choose another folder.`,
  );
  expect(readFileSync(folder, 'utf8')).toBe('');
});

/** Gives the beginning of each file, and then nothing. `begun` when all have begun. */
function stallingBucket(count: number): { bucket: Pick<Bucket, 'download'>; begun: Promise<void> } {
  let files = 0;
  let onBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => (onBegun = resolve));
  const download = (_object: string, file: string): Promise<void> => {
    writeFileSync(file, 'the beginn');
    if (++files === count) onBegun();
    return new Promise(() => undefined);
  };
  return { bucket: { download }, begun };
}

test('Ctrl-C amid a pull left parts of files behind', async () => {
  const folder = tempFolder();
  const files = ['a.txt', 'artifacts/b.bin'].map((path) => fileOf(path, path));
  const { bucket, begun } = stallingBucket(files.length);
  const interruption = new AbortController();
  const context = { interrupted: interruption.signal, beforeExit: new Set<() => void>() };
  const pulling = downloadResults(files, { context, bucket, folder });
  await begun;
  interruption.abort();
  await expect(pulling).rejects.toThrow('aborted');
  for (const work of context.beforeExit) work();
  expect(readdirSync(folder, { recursive: true })).toEqual(['artifacts']);
});

test('leaving at the second Ctrl-C left parts of files behind', async () => {
  const folder = tempFolder();
  const { bucket, begun } = stallingBucket(1);
  const context = untroubled();
  void downloadResults([fileOf('a.txt', 'a')], { context, bucket, folder });
  await begun;
  expect(readdirSync(folder)).toHaveLength(1);
  for (const work of context.beforeExit) work();
  expect(readdirSync(folder)).toEqual([]);
});

test('a pull that was killed left parts, which no later one removed; what is like them stays', async () => {
  const folder = tempFolder();
  const part = `${tempName('mymlops-part', spawnSync(process.execPath, ['--version']).pid)}0`;
  const ofLiving = `${tempName('mymlops-part', process.ppid)}0`;
  const users = ['a.txt.part-1', `${part}.mine`, `my-${part}`];
  mkdirSync(join(folder, 'artifacts'));
  mkdirSync(join(folder, 'others'));
  for (const name of [part, `artifacts/${part}`, `others/${part}`, ofLiving, ...users]) {
    writeFileSync(join(folder, name), 'part');
  }
  await download({ 'a.txt': 'a', 'artifacts/b': 'b' }, folder);
  const there = readdirSync(folder, { recursive: true }).map(String);
  const expected = ['a.txt', 'artifacts', 'artifacts/b', 'others', `others/${part}`, ofLiving, ...users];
  expect(there.toSorted()).toEqual(expected.toSorted());
});

test('a name as long as they get was too long with what its part has behind it', async () => {
  const folder = tempFolder();
  const name = 'x'.repeat(255);
  await download({ [name]: 'x' }, folder);
  expect(readdirSync(folder)).toEqual([name]);
});
