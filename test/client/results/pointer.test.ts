// A result that is too large for git: `publish` pushed another file for it than the VM does.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pointIfLarge } from '../../../client/src/results/pointer';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
const object = 'runs/r/attempts/1/results/artifacts/mödel "1".bin';
const path = 'artifacts/mödel "1".bin';

async function pointed(size: number, sha256?: string): Promise<{ file: string }> {
  const folder = tempFolder();
  const file = join(folder, path);
  mkdirSync(join(folder, 'artifacts'));
  writeFileSync(file, '');
  truncateSync(file, size);
  await pointIfLarge({ path, object, size, sha256 }, { bucket: 'a-bucket', folder });
  return { file };
}

test('one byte more than git takes is a pointer to the bucket, as the VM writes it', async () => {
  const { file } = await pointed(50_000_001, 'c'.repeat(64));
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(`${file}.pointer.json`, 'utf8')).toBe(`{
  "bucket": "a-bucket",
  "object": "runs/r/attempts/1/results/artifacts/mödel \\"1\\".bin",
  "size": 50000001,
  "sha256": "${'c'.repeat(64)}"
}
`);
});

test('the hash is in it, also where no manifest has one', async () => {
  const { file } = await pointed(50_000_001);
  const expected = createHash('sha256').update(Buffer.alloc(50_000_001)).digest('hex');
  expect(JSON.parse(readFileSync(`${file}.pointer.json`, 'utf8'))).toMatchObject({ sha256: expected });
});

test('any other file stays', async () => {
  const { file } = await pointed(50_000_000);
  expect(existsSync(file)).toBe(true);
  expect(existsSync(`${file}.pointer.json`)).toBe(false);
});
