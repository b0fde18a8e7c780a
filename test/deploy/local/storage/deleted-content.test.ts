// Somebody deletes what the bucket holds: the service goes on, and what is lost is no longer there rather than an error.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from './harness';
import { BUCKET, call, content, objectUrl, put, startHarness } from './harness';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const LOST = 'ERROR content deleted by somebody else: these objects are lost';
const deleteFolder = (name: string): void => rmSync(join(harness.folder, name), { recursive: true });

async function names(): Promise<string[]> {
  const response = await call(`${harness.url}/storage/v1/b/${BUCKET}/o?fields=items(name)`);
  const { items = [] } = (await response.json()) as { items?: { name: string }[] };
  return items.map(({ name }) => name);
}

test('every upload failed with ENOENT after the folder of contents was deleted', async () => {
  await put(harness.url, 'before', 'x');
  await put(harness.url, 'empty', '');
  deleteFolder('content');
  deleteFolder('incoming');
  expect((await put(harness.url, 'after', 'y', '&ifGenerationMatch=0')).status).toBe(200);
  expect(await content(harness.url, 'after')).toBe('y');
  expect(await names()).toEqual(['after', 'empty']);
  expect(harness.logged).toEqual([LOST]);
  expect((await put(harness.url, 'before', 'anew', '&ifGenerationMatch=0')).status).toBe(200);
});

test('one that is read is not found, once and for all', async () => {
  await put(harness.url, 'a', 'x');
  await put(harness.url, 'b', 'x');
  const [file = ''] = harness.files().content;
  rmSync(join(harness.folder, 'content', file));
  expect((await call(`${objectUrl(harness.url, 'a')}?alt=media`)).status).toBe(404);
  expect(await content(harness.url, 'b')).toBe('x');
  expect(await names()).toEqual(['b']);
  expect(harness.logged).toEqual([LOST]);
});

test('one that was deleted while the service was away is missed at its start', async () => {
  await put(harness.url, 'a', 'x');
  await harness.storage.close();
  deleteFolder('content');
  await harness.restart();
  expect(await names()).toEqual([]);
  expect(harness.logged).toEqual([LOST]);
  await harness.restart();
  expect(harness.logged).toEqual([LOST]);
});
