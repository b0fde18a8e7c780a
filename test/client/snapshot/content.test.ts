// Files that do not go through memory as a whole: what arrives, what is noticed, and how much memory it takes.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram } from '../../bundle';
import { checkedOut, env, git, repository, snapshotOf, tempFolder } from './projects';

const LARGE = 4 * 2 ** 20;
const PIECE = 2 ** 20;
const text = (bytes: number): Buffer => Buffer.alloc(bytes, 'one, two, three\n');

test('files of each size arrive as they are, packed or not', async () => {
  const files = {
    'at the limit': randomBytes(LARGE),
    'over it': randomBytes(LARGE + 1),
    large: randomBytes(9_000_000),
    'large text': text(9_000_000),
    'whole pieces': text(6 * PIECE),
    small: 'small',
  };
  const snapshot = await snapshotOf(repository(files));
  const out = await checkedOut(snapshot);
  for (const [path, content] of Object.entries(files)) {
    expect({ path, isSame: readFileSync(join(out, path)).equals(Buffer.from(content)) }).toEqual({
      path,
      isSame: true,
    });
  }
});

test('a large text is packed', async () => {
  const bundle = join(tempFolder(), 'bundle');
  await (await snapshotOf(repository({ 'a.csv': text(9_000_000) }))).writeBundle(bundle);
  expect(statSync(bundle).size).toBeLessThan(100_000);
});

const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ'; // no key: letters that look like one
const PEM = `-----BEGIN PRIVATE KEY-----\n${BODY}\n`;

test.each([5 * PIECE - PEM.length, 5 * PIECE - 20, 5 * PIECE, 6_000_000])(
  'a private key behind %d bytes of a large file is seen',
  async (place) => {
    const content = text(7_000_000);
    content.write(PEM, place);
    const snapshot = await snapshotOf(repository({ 'a.txt': 'a', 'dump.txt': content }));
    expect(snapshot.leftOut).toEqual([{ path: 'dump.txt', why: 'it contains a private key' }]);
  },
);

test.each<[string, (file: string) => void, string]>([
  ['is written to', (file) => writeFileSync(file, text(9_000_000).fill('x', 8_000_000)), 'changed while the snapshot'],
  ['is cut off', (file) => truncateSync(file, 5_000_000), 'changed while the snapshot'],
  ['is removed', (file) => rmSync(file), '(ENOENT)'],
])('a large file that %s between hashing and packing stops the commit', async (_what, change, sentence) => {
  const folder = repository({ 'a.txt': text(9_000_000) });
  const snapshot = await snapshotOf(folder);
  change(join(folder, 'a.txt'));
  await expect(snapshot.writeBundle(join(tempFolder(), 'bundle'))).rejects.toThrow(`a.txt ${sentence}`);
});

test('large files were read whole into memory, 32 at a time, and packed whole, 16 at a time', async () => {
  const program = await bundleProgram(join(__dirname, 'snapshot-peak.ts'), tempFolder());
  const peakOf = (folder: string): number => {
    const args = [program, folder, tempFolder(), join(tempFolder(), 'bundle')];
    const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return Number(stdout);
  };
  const folder = repository({ 'a.txt': 'a' });
  const small = peakOf(folder);
  for (const name of ['b', 'c', 'd', 'e']) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), 100_000_000); // without taking room on the disk
    git(folder, 'update-index', '--add', '--cacheinfo', `100644,${'1'.repeat(40)},${name}`); // tracked
  }
  expect(peakOf(folder) - small).toBeLessThan(150_000);
});
