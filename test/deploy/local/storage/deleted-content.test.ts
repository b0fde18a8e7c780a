// Contents are deleted from outside: the service goes on, and a lost object is not found instead of an error.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BUCKET } from '../harness';
import { call, content, objectUrl, put, fixture, type Fixture } from './fixture';

let f: Fixture;
beforeEach(async () => {
  f = await fixture();
});
afterEach(() => f.end());

const LOST = 'ERROR content deleted from outside: these objects are lost';
const deleteFolder = (name: string): void => rmSync(join(f.folder, name), { recursive: true });

async function names(): Promise<string[]> {
  const response = await call(`${f.url}/storage/v1/b/${BUCKET}/o?fields=items(name)`);
  const { items = [] } = (await response.json()) as { items?: { name: string }[] };
  return items.map(({ name }) => name);
}

test('every upload failed with ENOENT after the folder of contents was deleted', async () => {
  await put(f.url, 'before', 'x');
  await put(f.url, 'empty', '');
  deleteFolder('content');
  deleteFolder('incoming');
  expect((await put(f.url, 'after', 'y', '&ifGenerationMatch=0')).status).toBe(200);
  expect(await content(f.url, 'after')).toBe('y');
  expect(await names()).toEqual(['after', 'empty']);
  expect(f.logged()).toEqual([LOST]);
  expect((await put(f.url, 'before', 'anew', '&ifGenerationMatch=0')).status).toBe(200);
});

test('a lost object that is read is not found, from then on', async () => {
  await put(f.url, 'a', 'x');
  await put(f.url, 'b', 'x');
  const [file = ''] = f.files().content;
  rmSync(join(f.folder, 'content', file));
  expect((await call(`${objectUrl(f.url, 'a')}?alt=media`)).status).toBe(404);
  expect(await content(f.url, 'b')).toBe('x');
  expect(await names()).toEqual(['b']);
  expect(f.logged()).toEqual([LOST]);
});

test('an object lost while the service was closed is noticed at its start', async () => {
  await put(f.url, 'a', 'x');
  await f.storage.close();
  deleteFolder('content');
  await f.restart();
  expect(await names()).toEqual([]);
  expect(f.logged()).toEqual([LOST]);
  await f.restart();
  expect(f.logged()).toEqual([LOST]);
});
