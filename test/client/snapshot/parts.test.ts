// A second commit sends only what changed.
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_SOURCE_PARTS, sourceObject } from '@mymlops/protocol';
import { sendSnapshot } from '../../../client/src/snapshot/parts';
import { writeFiles } from '../temp-folder';
import { filesIn, git, repository, snapshotOf, tempFolder } from './projects';

/** A bucket that keeps its objects as files, and counts what comes in. */
function fakeBucket() {
  const folder = tempFolder();
  const objects = new Map<string, string>();
  const leaving = new Set<string>();
  let received = 0;
  return {
    name: 'bucket',
    objects,
    leaving,
    async lookUp(object: string) {
      if (!objects.has(object)) return 'absent' as const;
      return leaving.has(object) ? ('leaving' as const) : ('there' as const);
    },
    takeReceived: (): number => [received, (received = 0)][0] ?? 0,
    async uploadNew(file: string, object: string) {
      if (objects.has(object)) return false;
      const kept = join(folder, String(objects.size));
      copyFileSync(file, kept);
      objects.set(object, kept);
      received += statSync(kept).size;
      return true;
    },
  };
}

function sender(folder: string, bucket = fakeBucket()) {
  const partsFile = join(tempFolder(), 'parts.json');
  const send = async () => {
    const snapshot = await snapshotOf(folder);
    const parts = await sendSnapshot(
      { bucket, lookUp: bucket.lookUp, partsFile, file: join(tempFolder(), 'bundle') },
      snapshot,
    );
    return { source: snapshot.source, parts: parts ?? [sourceObject(snapshot.source.tree)], isWhole: !parts };
  };
  return { bucket, partsFile, send };
}

/** As a VM does it. */
function unpacked(bucket: ReturnType<typeof fakeBucket>, parts: string[], commit: string): string {
  const out = tempFolder();
  git(out, 'init', '-q');
  for (const part of parts) git(out, 'bundle', 'unbundle', bucket.objects.get(part) ?? 'missing');
  git(out, 'checkout', '-q', '--detach', commit);
  git(out, 'fsck', '--strict', '--full');
  return out;
}

const random = (bytes: number): string => randomBytes(bytes).toString('base64');

function project(): string {
  const files = Array.from({ length: 50 }, (_, index) => [`data/${index}.txt`, random(20_000)] as const);
  return repository({ 'train.py': 'print(1)\n', ...Object.fromEntries(files) });
}

test('one changed file: its bytes are sent and not those of the others', async () => {
  const folder = project();
  const { bucket, send } = sender(folder);
  const first = await send();
  expect(first.isWhole).toBe(true);
  expect(bucket.takeReceived()).toBeGreaterThan(1_000_000);
  writeFiles(folder, { 'train.py': 'print(2)\n' });
  const second = await send();
  expect(second.parts).toHaveLength(2);
  expect(bucket.takeReceived()).toBeLessThan(5_000);
  const out = unpacked(bucket, second.parts, second.source.commit);
  expect(readFileSync(join(out, 'train.py'), 'utf8')).toBe('print(2)\n');
  expect(filesIn(out)).toHaveLength(51);
});

test('an unchanged tree is not sent twice, nor one that was there before', async () => {
  const folder = project();
  const { bucket, send } = sender(folder);
  const first = await send();
  writeFiles(folder, { 'train.py': 'print(2)\n' });
  const second = await send();
  bucket.takeReceived();
  expect(await send()).toEqual(second);
  writeFiles(folder, { 'train.py': 'print(1)\n' });
  const back = await send();
  expect(back.source.tree).toBe(first.source.tree);
  unpacked(bucket, back.parts, back.source.commit);
  expect(bucket.takeReceived()).toBe(0);
});

test('many changes never make more parts than a request takes, and every one of them can be run', async () => {
  const folder = project();
  const { bucket, send } = sender(folder);
  const counts: number[] = [];
  for (let round = 0; round < MAX_SOURCE_PARTS + 3; round++) {
    writeFiles(folder, { 'train.py': `print(${round})\n` });
    const { parts, source } = await send();
    counts.push(parts.length);
    expect(readFileSync(join(unpacked(bucket, parts, source.commit), 'train.py'), 'utf8')).toBe(`print(${round})\n`);
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 4]);
});

test('where most is new, all is sent in one', async () => {
  const folder = project();
  const { send } = sender(folder);
  await send();
  for (let index = 0; index < 40; index++) writeFiles(folder, { [`data/${index}.txt`]: random(20_000) });
  expect((await send()).isWhole).toBe(true);
});

test('a part that is gone from the bucket is not built upon', async () => {
  const folder = project();
  const { bucket, send } = sender(folder);
  const first = await send();
  bucket.objects.delete(first.parts[0] ?? '');
  writeFiles(folder, { 'train.py': 'print(2)\n' });
  const second = await send();
  expect(second.isWhole).toBe(true);
  unpacked(bucket, second.parts, second.source.commit);
});

test.each(['', '{"version":1,"bucket":"other","parts":[{"object":"sources/x.bundle","hashes":[]}]}', '{"version":0}'])(
  'a memory of %j is none: all is sent',
  async (text) => {
    const { partsFile, send } = sender(project());
    writeFileSync(partsFile, text);
    expect((await send()).isWhole).toBe(true);
  },
);

test('a lost memory costs one more sending', async () => {
  const folder = project();
  const { partsFile, send } = sender(folder);
  await send();
  rmSync(partsFile);
  writeFiles(folder, { 'train.py': 'print(2)\n' });
  expect((await send()).isWhole).toBe(true);
});

test('an object that is about to be deleted was named by a request that came after its end', async () => {
  const folder = project();
  const { bucket, send } = sender(folder);
  const first = await send();
  for (const object of first.parts) bucket.leaving.add(object);
  const second = await send();
  expect(second.parts).toHaveLength(1);
  expect(first.parts).not.toContain(second.parts[0]);
  for (const object of first.parts) bucket.objects.delete(object);
  expect(filesIn(unpacked(bucket, second.parts, second.source.commit))).toEqual(filesIn(folder));
  const third = await send();
  expect(third.parts).toEqual(second.parts);
});
