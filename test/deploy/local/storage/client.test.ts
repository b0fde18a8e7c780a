// Google's own client against our Cloud Storage: multipart, resumable, downloads with checksums, lists.
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@google-cloud/storage';
import { Storage } from '@google-cloud/storage';
import { auth, BUCKET, TOKEN } from '../harness';
import { call, fixture, type Fixture } from './fixture';

let f: Fixture;
let bucket: Bucket;
beforeEach(async () => {
  f = await fixture();
  const headers = { authorization: `Bearer ${TOKEN}` };
  // The client needs of its authClient only that it puts the token into a request.
  const authClient = {
    getRequestHeaders: async () => headers,
    request: (options: object) => fetchLike({ ...options, headers }),
  };
  const storage = new Storage({
    projectId: 'local',
    apiEndpoint: f.url,
    useAuthWithCustomEndpoint: true,
    authClient: authClient as never,
    retryOptions: { autoRetry: false },
  });
  bucket = storage.bucket(BUCKET);
});
afterEach(() => f.end());

async function fetchLike(options: {
  url?: string;
  method?: string;
  headers: Record<string, string>;
}): Promise<unknown> {
  throw new Error(`not expected: ${options.method} ${options.url}`);
}

test('saves, reads, and refuses to save over', async () => {
  const file = bucket.file('runs/x/claim');
  const save = (text: string): Promise<void> =>
    file.save(text, { resumable: false, preconditionOpts: { ifGenerationMatch: 0 }, contentType: 'text/plain' });
  await save('mine');
  await expect(save('yours')).rejects.toMatchObject({ code: 412 });
  const [content] = await file.download();
  expect(content.toString()).toBe('mine');
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({ contentType: 'text/plain', size: '4' });
  expect((await bucket.file('none').exists())[0]).toBe(false);
  await expect(bucket.file('none').download()).rejects.toMatchObject({ code: 404 });
});

test('contents of every kind pass through a multipart body', async () => {
  const shapes = ['', '\r\n', '--', '\r\n--', 'a\r\n\r\nb', '\0'.repeat(70_000), '\r\n--'.repeat(30_000), 'ü日😀'];
  for (const [index, text] of shapes.entries()) {
    const file = bucket.file(`shape-${index}`);
    await file.save(text, { resumable: false });
    const [content] = await file.download();
    expect(content.equals(Buffer.from(text))).toBe(true);
  }
});

test('a resumable upload in chunks', async () => {
  const size = 3 * 256 * 1024 + 17;
  const bytes = Buffer.alloc(size, 'abcdefg');
  const start = await call(
    `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=big&ifGenerationMatch=0`,
    {
      method: 'POST',
      body: JSON.stringify({ contentType: 'application/x-big' }),
    },
  );
  const session = start.headers.get('location') ?? '';
  const send = (from: number, to: number, total: string): Promise<Response> =>
    call(session, {
      method: 'PUT',
      body: bytes.subarray(from, to),
      headers: { 'content-range': `bytes ${from}-${to - 1}/${total}` },
    });
  const chunk = 256 * 1024;
  const ask = { method: 'PUT', headers: { 'content-range': `bytes */${size}` } };

  expect((await call(session, ask)).headers.get('range')).toBeNull();
  const first = await send(0, chunk, '*');
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${chunk - 1}`]);
  expect((await send(2 * chunk, 3 * chunk, '*')).headers.get('range')).toBe(`bytes=0-${chunk - 1}`); // a hole
  await send(chunk - 10, 2 * chunk, '*'); // sent again in part
  expect((await call(session, ask)).headers.get('range')).toBe(`bytes=0-${2 * chunk - 1}`);
  expect((await bucket.file('big').exists())[0]).toBe(false);
  expect((await send(2 * chunk, size, String(size))).status).toBe(200);

  const [content] = await bucket.file('big').download();
  expect(content.equals(bytes)).toBe(true);
  expect((await bucket.file('big').getMetadata())[0].contentType).toBe('application/x-big');
  expect(f.files().incoming).toEqual([]);
});

test('a resumable upload whose last answer was lost answers with its object again, and stores nothing twice', async () => {
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=lost&ifGenerationMatch=0`;
  const session = (await call(url, { method: 'POST' })).headers.get('location') ?? '';
  const last = { method: 'PUT', body: 'abc', headers: { 'content-range': 'bytes 0-2/3' } };
  const stored = (await (await call(session, last)).json()) as { generation: string };
  expect(stored).toMatchObject({ name: 'lost', size: '3' });
  const question = { method: 'PUT', headers: { 'content-range': 'bytes */3' } };
  for (const again of [question, last]) {
    const response = await call(session, again);
    expect([response.status, await response.json()]).toEqual([200, stored]);
  }
  const asEvent = { ...question, headers: { ...question.headers, authorization: `Bearer ${auth.tokenOf('event')}` } };
  expect((await call(session, asEvent)).status).toBe(403);
  expect((await bucket.file('lost').getMetadata())[0].generation).toBe(stored.generation);
  expect((await call(session, { method: 'DELETE' })).status).toBe(499);
  expect((await bucket.file('lost').download())[0].toString()).toBe('abc');
  expect((await call(session, question)).status).toBe(404);
});

test('a resumable upload whose precondition fails at the end is over', async () => {
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=taken&ifGenerationMatch=0`;
  const session = (await call(url, { method: 'POST' })).headers.get('location') ?? '';
  await bucket.file('taken').save('first', { resumable: false });
  const last = { method: 'PUT', body: 'abc', headers: { 'content-range': 'bytes 0-2/3' } };
  expect((await call(session, last)).status).toBe(412);
  expect((await call(session, last)).status).toBe(404);
  expect(f.files().incoming).toEqual([]);
});

test('a resumable upload whose last piece brings another hash is refused, and stores nothing', async () => {
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=broken`;
  const session = (await call(url, { method: 'POST' })).headers.get('location') ?? '';
  const headers = { 'content-range': 'bytes 0-2/3', 'x-goog-hash': 'crc32c=AAAAAA==' };
  expect((await call(session, { method: 'PUT', body: 'abc', headers })).status).toBe(400);
  expect((await bucket.file('broken').exists())[0]).toBe(false);
});

test('a cancelled resumable upload leaves nothing', async () => {
  const start = await call(`${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=big`, {
    method: 'POST',
  });
  const session = start.headers.get('location') ?? '';
  await call(session, { method: 'PUT', body: 'abc', headers: { 'content-range': 'bytes 0-2/10' } });
  expect(f.files().incoming).toHaveLength(1);
  expect((await call(session, { method: 'DELETE' })).status).toBe(499);
  expect(f.files().incoming).toEqual([]);
});

test('lists a prefix over several pages', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `runs/${index}`);
  await Promise.all(names.map((name) => bucket.file(name).save(name, { resumable: false })));
  const seen: string[] = [];
  for (let query: object | null = { prefix: 'runs/', maxResults: 3, autoPaginate: false }; query !== null;) {
    const [files, next]: [{ name: string }[], object | null, unknown] = await bucket.getFiles(query);
    seen.push(...files.map(({ name }) => name));
    query = next ?? null;
  }
  expect(seen).toEqual(names);
});

test('a large object is not held in memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'storage-large-'));
  try {
    const megabytes = 48;
    writeFileSync(join(folder, 'large'), Buffer.alloc(megabytes << 20, 7));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const source = createReadStream(join(folder, 'large'));
    source.on('data', () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)));
    await pipeline(source, bucket.file('large').createWriteStream({ resumable: false }));
    const [metadata] = await bucket.file('large').getMetadata();
    expect(Number(metadata.size)).toBe(megabytes << 20);
    expect(most).toBeLessThan((megabytes << 20) / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
