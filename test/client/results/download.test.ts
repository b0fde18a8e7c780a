import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '../../../client/src/google/bucket';
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

const fileOf = (path: string, content: string): ResultFile => ({
  path,
  object: path,
  size: content.length,
  generation: '1',
  sha256: createHash('sha256').update(content).digest('hex'),
});

const download = (contents: Record<string, string>, folder: string, replaces?: boolean) =>
  downloadResults(
    bucketOf(contents) as Bucket,
    Object.entries(contents).map(([path, content]) => fileOf(path, content)),
    folder,
    replaces,
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
  expect(sortNames([path])).toEqual({ safe: [], refused: [{ path, why: 'not a name that may be written here' }] });
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
  const refused = [{ path: second, why: `in the way of ${JSON.stringify(first)}` }];
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
  const { files, refused } = await downloadResults(bucketOf({ one: 'one', two: 'two' }) as Bucket, twice, folder);
  expect({ files: files.length, refused: refused.length }).toEqual({ files: 1, refused: 1 });
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});

test('a content that is not what the manifest says is not kept', async () => {
  const folder = tempFolder();
  const wrong = { ...fileOf('a.txt', 'meant'), object: 'a.txt' };
  await expect(downloadResults(bucketOf({ 'a.txt': 'other' }) as Bucket, [wrong], folder)).rejects.toThrow(
    'hash differs',
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('links that lie there are not followed', async () => {
  const [folder, elsewhere] = [tempFolder(), tempFolder()];
  symlinkSync(elsewhere, join(folder, 'artifacts'));
  await expect(download({ 'artifacts/x': '1' }, folder)).rejects.toThrow('in the way');
  writeFileSync(join(elsewhere, 'target'), 'mine');
  symlinkSync(join(elsewhere, 'target'), join(folder, 'log.txt'));
  await expect(download({ 'log.txt': 'mine' }, folder)).rejects.toThrow('other contents');
  await download({ 'log.txt': 'theirs' }, folder, true);
  expect(readFileSync(join(elsewhere, 'target'), 'utf8')).toBe('mine');
  mkdirSync(join(folder, 'taken'));
  await expect(download({ taken: '1' }, folder, true)).rejects.toThrow('in the way');
});

test('a second pull replaced what somebody had worked on', async () => {
  const folder = tempFolder();
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}.txt`);
  const results = Object.fromEntries(names.map((name) => [name, 'old']));
  await download(results, folder);
  await download(results, folder);
  for (const name of names.slice(1)) writeFileSync(join(folder, name), 'new');
  await expect(download({ ...results, fresh: 'x' }, folder)).rejects.toThrow(
    'under the names of results: b.txt, c.txt, d.txt, e.txt, f.txt and 1 more. Name another folder, or replace them with --force.',
  );
  expect(existsSync(join(folder, 'fresh'))).toBe(false);
  expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('new');
  await download(results, folder, true);
  expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('old');
});

test.each([[''], ['/below']])('a folder that is a file%s was told as EEXIST', async (below) => {
  const folder = `${tempFolder()}/file`;
  writeFileSync(folder, '');
  await expect(download({ a: '1' }, `${folder}${below}`)).rejects.toThrow(
    `${folder}${below} cannot be made: ${below ? `${folder} is a file` : 'a file is in its place'}. Name another folder.`,
  );
  expect(readFileSync(folder, 'utf8')).toBe('');
});
