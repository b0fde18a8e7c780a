// What is remembered of files spares reading them, and is never wrong about them.
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFactsCache } from '../../../client/src/source/facts-cache';
import { type Look, lookAt } from '../../../client/src/source/look';
import { snapshotMemoryOf } from '../../../client/src/source/memory';
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

test('a file at rest is known again by another process', async () => {
  const file = join(tempFolder(), 'sub', 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('f', look, NOW, FACTS);
  await cache.save();
  expect(openFactsCache(file).find('f', look)).toMatchObject(FACTS);
});

test('what was found in a file is remembered with it, whatever its name', async () => {
  const file = join(tempFolder(), 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('__proto__', look, NOW, { ...FACTS, finding: 'lfs-pointer' });
  cache.learn('constructor', look, NOW, FACTS);
  await cache.save();
  const again = openFactsCache(file);
  expect(again.paths).toEqual(['__proto__', 'constructor']);
  expect([again.find('__proto__', look)?.finding, again.find('constructor', look)?.finding]).toEqual([
    'lfs-pointer',
    '',
  ]);
});

test.each(['size', 'mtimeMs', 'ctimeMs', 'ino'] as const)('another %s is another content', async (fact) => {
  const file = join(tempFolder(), 'facts.json');
  const look = fileAt(AT_REST);
  const cache = openFactsCache(file);
  cache.learn('f', look, NOW, FACTS);
  await cache.save();
  const changed = { ...look, [fact]: look[fact] + 1 };
  expect(openFactsCache(file).find('f', changed)).toBeUndefined();
});

test('a file that has just been written may change again unseen: it is not remembered', async () => {
  const file = join(tempFolder(), 'facts.json');
  const cache = openFactsCache(file);
  cache.learn('f', fileAt(NOW - 1000), NOW, FACTS);
  await cache.save();
  expect(existsSync(file)).toBe(false);
});

test.each([
  ...['{', '[]', 'null', '{"version":1,"rows":[]}', '{"version":2}'],
  '{"version":2,"paths":"f","numbers":"","hashes":"","findings":[]}',
])('%j in its place is no memory', async (text) => {
  const file = join(tempFolder(), 'facts.json');
  writeFileSync(file, text);
  expect(openFactsCache(file).find('f', fileAt(AT_REST))).toBeUndefined();
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
  await cache.save();
  const snapshot = await snapshotOf(folder, { factsFile });
  await expect(snapshot.writeBundle(join(tempFolder(), 'bundle'))).rejects.toThrow('a.txt changed');
  expect(existsSync(factsFile)).toBe(false);
  const again = await snapshotOf(folder, { factsFile });
  await again.writeBundle(join(tempFolder(), 'bundle'));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});
