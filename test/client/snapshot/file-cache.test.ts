// What is remembered of files spares reading them, and is never wrong about them.
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileCache, type FileRecord, openFileCache } from '../../../client/src/snapshot/file-cache';
import { type FileStat, readStat } from '../../../client/src/snapshot/file-stat';
import { snapshotCacheFilesOf } from '../../../client/src/snapshot/cache-folder';
import { writeFiles } from '../temp-folder';
import { repository, snapshotOf, tempFolder } from './projects';

const FACTS = { hash: 'a'.repeat(40), flag: '' } as const;
const NOW = Date.parse('2026-01-01T00:00:00Z');
const UNCHANGED = NOW - 60_000;

function lookThere(folder: string, path: string): FileStat {
  const stat = readStat(join(folder, path));
  if (stat === undefined) throw new Error(`no ${path}`);
  return stat;
}

function fileAt(mtimeMs: number): FileStat {
  const folder = tempFolder();
  writeFiles(folder, { f: 'x' });
  return { ...lookThere(folder, 'f'), mtimeMs, ctimeMs: mtimeMs };
}

function find(cache: FileCache, path: string, stat: FileStat): FileRecord | undefined {
  const index = cache.indexOf(path);
  return index === undefined ? undefined : cache.find(index, stat);
}

const named = (...paths: string[]): { path: string }[] => paths.map((path) => ({ path }));

test('an unchanged file is recognized by another process', async () => {
  const file = join(tempFolder(), 'sub', 'files.json');
  const stat = fileAt(UNCHANGED);
  const cache = openFileCache(file);
  cache.learn('f', stat, NOW, FACTS);
  await cache.save(named('f'));
  expect(find(openFileCache(file), 'f', stat)).toMatchObject(FACTS);
});

test('what was found in a file is remembered with it, whatever its name', async () => {
  const file = join(tempFolder(), 'files.json');
  const stat = fileAt(UNCHANGED);
  const cache = openFileCache(file);
  cache.learn('__proto__', stat, NOW, { ...FACTS, flag: 'lfs-pointer' });
  cache.learn('constructor', stat, NOW, FACTS);
  await cache.save(named('__proto__', 'constructor'));
  const again = openFileCache(file);
  expect(again.paths).toEqual(['__proto__', 'constructor']);
  expect([find(again, '__proto__', stat)?.flag, find(again, 'constructor', stat)?.flag]).toEqual(['lfs-pointer', '']);
});

test.each(['size', 'mtimeMs', 'ctimeMs', 'ino'] as const)('another %s is another content', async (fact) => {
  const file = join(tempFolder(), 'files.json');
  const stat = fileAt(UNCHANGED);
  const cache = openFileCache(file);
  cache.learn('f', stat, NOW, FACTS);
  await cache.save(named('f'));
  const changed = { ...stat, [fact]: stat[fact] + 1 };
  expect(find(openFileCache(file), 'f', changed)).toBeUndefined();
});

test('a file that has just been written may change again unseen: it is not remembered', async () => {
  const file = join(tempFolder(), 'files.json');
  const cache = openFileCache(file);
  cache.learn('f', fileAt(NOW - 1000), NOW, FACTS);
  await cache.save(named('f'));
  expect(existsSync(file)).toBe(false);
});

test('the order of the files stays, that of one that is not known among them', async () => {
  const file = join(tempFolder(), 'files.json');
  const stat = fileAt(UNCHANGED);
  const cache = openFileCache(file);
  for (const path of ['c', 'a']) cache.learn(path, stat, NOW, FACTS);
  await cache.save(named('a', 'unquiet', 'c'));
  const again = openFileCache(file);
  expect(again.paths).toEqual(['a', 'unquiet', 'c']);
  for (const order of [
    ['a', 'unquiet', 'c'],
    ['c', 'new', 'a', 'unquiet'],
  ]) {
    const found = order.map((path) => find(again, path, stat)?.hash);
    expect(found).toEqual(order.map((path) => ('ac'.includes(path) ? FACTS.hash : undefined)));
  }
});

test.each([
  ...['{', '[]', 'null', '{"version":1,"rows":[]}', '{"version":2}'],
  '{"version":2,"paths":"f","numbers":"","hashes":"","findings":[]}',
])('%j instead of the cache counts as an empty cache', async (text) => {
  const file = join(tempFolder(), 'files.json');
  writeFileSync(file, text);
  expect(find(openFileCache(file), 'f', fileAt(UNCHANGED))).toBeUndefined();
});

test('one project, one file', () => {
  expect(snapshotCacheFilesOf('/state', '/a')).toEqual(snapshotCacheFilesOf('/state', '/a'));
  expect(snapshotCacheFilesOf('/state', '/a').fileCache).not.toBe(snapshotCacheFilesOf('/state', '/b').fileCache);
});

test('a content of the same size and time is seen: the system keeps the time of the change itself', async () => {
  const folder = repository({ 'a.txt': 'one', 'b.txt': 'b' });
  const cacheFile = join(tempFolder(), 'files.json');
  const long = new Date('2020-01-01T00:00:00Z');
  utimesSync(join(folder, 'a.txt'), long, long);
  const first = await snapshotOf(folder, { cacheFile });
  writeFiles(folder, { 'a.txt': 'two' });
  utimesSync(join(folder, 'a.txt'), long, long);
  const second = await snapshotOf(folder, { cacheFile });
  expect(second.source.tree).not.toBe(first.source.tree);
});

test('what is remembered is not read, and a memory that was wrong is dropped', async () => {
  const folder = repository({ 'a.txt': 'one' });
  const cacheFile = join(tempFolder(), 'files.json');
  const cache = openFileCache(cacheFile);
  cache.learn('a.txt', lookThere(folder, 'a.txt'), Infinity, { hash: 'b'.repeat(40), flag: '' });
  await cache.save(named('a.txt'));
  const snapshot = await snapshotOf(folder, { cacheFile });
  await expect(snapshot.writeBundle(join(tempFolder(), 'bundle'))).rejects.toThrow('a.txt changed');
  expect(existsSync(cacheFile)).toBe(false);
  const again = await snapshotOf(folder, { cacheFile });
  await again.writeBundle(join(tempFolder(), 'bundle'));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});
