// What is remembered of files spares reading them, and is never wrong about them.
import { existsSync, lstatSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFactsCache } from '../../../client/src/source/facts-cache';
import { snapshotMemoryOf } from '../../../client/src/source/memory';
import { writeFiles } from '../temp-folder';
import { repository, snapshotOf, tempFolder } from './projects';

const FACTS = { hash: 'a'.repeat(40), finding: '' } as const;
const NOW = Date.parse('2026-01-01T00:00:00Z');
const AT_REST = NOW - 60_000;

function fileAt(mtimeMs: number) {
  const folder = tempFolder();
  writeFiles(folder, { f: 'x' });
  const stat = lstatSync(join(folder, 'f'));
  return Object.assign(stat, { mtimeMs, ctimeMs: mtimeMs });
}

test('a file at rest is known again by another process', async () => {
  const file = join(tempFolder(), 'sub', 'facts.json');
  const stat = fileAt(AT_REST);
  const cache = await openFactsCache(file);
  cache.learn('f', stat, NOW, FACTS);
  await cache.save();
  expect((await openFactsCache(file)).find('f', stat)).toEqual(FACTS);
});

test.each(['size', 'mtimeMs', 'ctimeMs', 'ino'] as const)('another %s is another content', async (fact) => {
  const file = join(tempFolder(), 'facts.json');
  const stat = fileAt(AT_REST);
  const cache = await openFactsCache(file);
  cache.learn('f', stat, NOW, FACTS);
  await cache.save();
  const changed = Object.assign(fileAt(AT_REST), stat, { [fact]: stat[fact] + 1 });
  expect((await openFactsCache(file)).find('f', changed)).toBeUndefined();
});

test('a file that has just been written may change again unseen: it is not remembered', async () => {
  const file = join(tempFolder(), 'facts.json');
  const cache = await openFactsCache(file);
  cache.learn('f', fileAt(NOW - 1000), NOW, FACTS);
  await cache.save();
  expect(existsSync(file)).toBe(false);
});

test.each(['{', '[]', 'null', '{"version":0,"rows":[]}', '{"version":1}'])(
  '%j in its place is no memory',
  async (text) => {
    const file = join(tempFolder(), 'facts.json');
    writeFileSync(file, text);
    expect((await openFactsCache(file)).find('f', fileAt(AT_REST))).toBeUndefined();
  },
);

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
  const { size, mtimeMs, ctimeMs, ino } = lstatSync(join(folder, 'a.txt'));
  const row = ['a.txt', size, mtimeMs, ctimeMs, ino, 'b'.repeat(40), ''];
  writeFileSync(factsFile, JSON.stringify({ version: 1, rows: [row] }));
  const snapshot = await snapshotOf(folder, { factsFile });
  await expect(snapshot.writeBundle(join(tempFolder(), 'bundle'))).rejects.toThrow('a.txt changed');
  expect(existsSync(factsFile)).toBe(false);
  const again = await snapshotOf(folder, { factsFile });
  await again.writeBundle(join(tempFolder(), 'bundle'));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
});
