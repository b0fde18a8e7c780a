// What is remembered of files spares reading them, and is never wrong about them.
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FactsCache, type FileFacts, openFactsCache } from '../../../client/src/snapshot/file-cache';
import { type Look, lookAt } from '../../../client/src/snapshot/file-stat';
import { snapshotMemoryOf } from '../../../client/src/snapshot/cache-folder';
import { writeFiles } from '../temp-folder';
import { repository, snapshotOf, tempFolder } from './projects';

const FACTS = { hash: 'a'.repeat(40), finding: '' } as const;
const NOW = Date.parse('2026-01-01T00:00:00Z');
const AT_REST = NOW - 60_000;

function lookThere(folder: string, path: string): Look {
  const look = lookAt(join(folder, path));
  if (look === undefined) throw new Error(`no ${path}`);
  return look;
}

function fileAt(mtimeMs: number): Look {
  const folder = tempFolder();
  writeFiles(folder, { f: 'x' });
  return { ...lookThere(folder, 'f'), mtimeMs, ctimeMs: mtimeMs };
}

function find(cache: FactsCache, path: string, look: Look): FileFacts | undefined {
  const index = cache.indexOf(path);
  return index === undefined ? undefined : cache.find(index, look);
}

const named = (...paths: string[]): { path: string }[] => paths.map((path) => ({ path }));

test('a file at rest is known again by another process', async () => {
  const file = join(tempFolder(), 'sub', 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('f', look, NOW, FACTS);
  await cache.save(named('f'));
  expect(find(openFactsCache(file), 'f', look)).toMatchObject(FACTS);
});

test('what was found in a file is remembered with it, whatever its name', async () => {
  const file = join(tempFolder(), 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('__proto__', look, NOW, { ...FACTS, finding: 'lfs-pointer' });
  cache.learn('constructor', look, NOW, FACTS);
  await cache.save(named('__proto__', 'constructor'));
  const again = openFactsCache(file);
  expect(again.paths).toEqual(['__proto__', 'constructor']);
  expect([find(again, '__proto__', look)?.finding, find(again, 'constructor', look)?.finding]).toEqual([
    'lfs-pointer',
    '',
  ]);
});

test.each(['size', 'mtimeMs', 'ctimeMs', 'ino'] as const)('another %s is another content', async (fact) => {
  const file = join(tempFolder(), 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('f', look, NOW, FACTS);
  await cache.save(named('f'));
  const changed = { ...look, [fact]: look[fact] + 1 };
  expect(find(openFactsCache(file), 'f', changed)).toBeUndefined();
});

test('a file that has just been written may change again unseen: it is not remembered', async () => {
  const file = join(tempFolder(), 'facts.json');
  const cache = openFactsCache(file);
  cache.learn('f', fileAt(NOW - 1000), NOW, FACTS);
  await cache.save(named('f'));
  expect(existsSync(file)).toBe(false);
});

test('the order of the files stays, that of one without facts among them', async () => {
  const file = join(tempFolder(), 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  for (const path of ['c', 'a']) cache.learn(path, look, NOW, FACTS);
  await cache.save(named('a', 'unquiet', 'c'));
  const again = openFactsCache(file);
  expect(again.paths).toEqual(['a', 'unquiet', 'c']);
  for (const order of [
    ['a', 'unquiet', 'c'],
    ['c', 'new', 'a', 'unquiet'],
  ]) {
    const found = order.map((path) => find(again, path, look)?.hash);
    expect(found).toEqual(order.map((path) => ('ac'.includes(path) ? FACTS.hash : undefined)));
  }
});

test.each([
  ...['{', '[]', 'null', '{"version":1,"rows":[]}', '{"version":2}'],
  '{"version":2,"paths":"f","numbers":"","hashes":"","findings":[]}',
])('%j in its place is no memory', async (text) => {
  const file = join(tempFolder(), 'facts.json');
  writeFileSync(file, text);
  expect(find(openFactsCache(file), 'f', fileAt(AT_REST))).toBeUndefined();
});

test('one project, one file', () => {
  expect(snapshotMemoryOf('/state', '/a')).toEqual(snapshotMemoryOf('/state', '/a'));
  expect(snapshotMemoryOf('/state', '/a').facts).not.toBe(snapshotMemoryOf('/state', '/b').facts);
});

test('a content of the same size and time is seen: the system keeps the time of the change itself', async () => {
  const folder = repository({ 'a.txt': 'one', 'b.txt': 'b' });
  const factsFile = join(tempFolder(), 'facts.json');
  const long = new Date('2020-01-01T00:00:00Z');
  utimesSync(join(folder, 'a.txt'), long, long);
  const first = await snapshotOf(folder, { factsFile });
  writeFiles(folder, { 'a.txt': 'two' });
  utimesSync(join(folder, 'a.txt'), long, long);
  const second = await snapshotOf(folder, { factsFile });
  expect(second.source.tree).not.toBe(first.source.tree);
});

test('what is remembered is not read, and a memory that was wrong is dropped', async () => {
  const folder = repository({ 'a.txt': 'one' });
  const factsFile = join(tempFolder(), 'facts.json');
  const cache = openFactsCache(factsFile);
  cache.learn('a.txt', lookThere(folder, 'a.txt'), Infinity, { hash: 'b'.repeat(40), finding: '' });
  await cache.save(named('a.txt'));
  const snapshot = await snapshotOf(folder, { factsFile });
  await expect(snapshot.writeBundle(join(tempFolder(), 'bundle'))).rejects.toThrow('a.txt changed');
  expect(existsSync(factsFile)).toBe(false);
  const again = await snapshotOf(folder, { factsFile });
  await again.writeBundle(join(tempFolder(), 'bundle'));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});
