// Objects on the wire: what every upload, download, list and delete answers.
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { BUCKET, eventually, TOKEN } from '../harness';
import { call, content, objectUrl, put, fixture, type Fixture } from './fixture';

const runFile = promisify(execFile);

let f: Fixture;
beforeEach(async () => {
  f = await fixture();
});
afterEach(() => f.end());

// oxlint-disable-next-line no-explicit-any -- what comes over the wire is checked by the expectations
type Json = Record<string, any>;
const json = async (response: Response): Promise<Json> => (await response.json()) as Json;

test('an uploaded object has size, hashes and a growing generation', async () => {
  const first = await json(await put(f.url, 'a.txt', 'hello'));
  expect(first).toMatchObject({
    kind: 'storage#object',
    name: 'a.txt',
    bucket: BUCKET,
    size: '5',
    metageneration: '1',
    md5Hash: createHash('md5').update('hello').digest('base64'),
    crc32c: 'mnG7TA==',
  });
  expect(first['generation']).toMatch(/^\d{16}$/);
  const second = await json(await put(f.url, 'a.txt', 'hello again'));
  expect(BigInt(second['generation'])).toBeGreaterThan(BigInt(first['generation']));
  expect(await json(await call(objectUrl(f.url, 'a.txt')))).toEqual(second);
  expect(f.files()).toEqual({ content: [second['generation']], incoming: [] });
});

test('a download carries the headers that clients check', async () => {
  const { generation } = await json(await put(f.url, 'a.txt', 'hello'));
  const { headers } = await call(`${objectUrl(f.url, 'a.txt')}?alt=media`);
  expect(headers.get('x-goog-generation')).toBe(generation);
  expect(headers.get('x-goog-hash')).toBe('crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg==');
  expect(headers.get('content-length')).toBe('5');
});

test.each([
  ['bytes=1-3', 206, 'ell', 'bytes 1-3/5'],
  ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=0-99', 206, 'hello', 'bytes 0-4/5'],
  ['bytes=-99', 206, 'hello', 'bytes 0-4/5'],
  ['lines=1-2', 200, 'hello', null],
  ['bytes=3-1', 200, 'hello', null],
])('range %s', async (range, status, text, contentRange) => {
  await put(f.url, 'a.txt', 'hello');
  const response = await call(`${objectUrl(f.url, 'a.txt')}?alt=media`, { headers: { range } });
  expect([response.status, await response.text()]).toEqual([status, text]);
  expect(response.headers.get('content-range')).toBe(contentRange);
});

test('a range beyond the end is refused, for an empty object as well', async () => {
  await put(f.url, 'a.txt', 'hello');
  await put(f.url, 'empty', '');
  const beyond = { headers: { range: 'bytes=5-' } };
  expect((await call(`${objectUrl(f.url, 'a.txt')}?alt=media`, beyond)).status).toBe(416);
  expect((await call(`${objectUrl(f.url, 'empty')}?alt=media`, beyond)).status).toBe(416);
  expect(await content(f.url, 'empty')).toBe('');
});

test('generation preconditions', async () => {
  const created = await put(f.url, 'claim', 'one', '&ifGenerationMatch=0');
  const { generation } = await json(created);
  const again = await put(f.url, 'claim', 'two', '&ifGenerationMatch=0');
  expect(again.status).toBe(412);
  expect((await json(again))['error']).toMatchObject({ code: 412, errors: [{ reason: 'conditionNotMet' }] });
  expect(await content(f.url, 'claim')).toBe('one');
  expect(f.files().incoming).toEqual([]);

  expect((await put(f.url, 'claim', 'x', '&ifGenerationMatch=7')).status).toBe(412);
  expect((await put(f.url, 'claim', 'x', `&ifGenerationNotMatch=${generation}`)).status).toBe(412);
  expect((await put(f.url, 'claim', 'x', '&ifMetagenerationMatch=2')).status).toBe(412);
  expect((await put(f.url, 'absent', 'x', '&ifGenerationMatch=7')).status).toBe(412);
  expect((await put(f.url, 'claim', 'x', '&ifGenerationMatch=seven')).status).toBe(400);
  expect((await put(f.url, 'claim', 'two', `&ifGenerationMatch=${generation}&ifMetagenerationMatch=1`)).status).toBe(
    200,
  );

  const url = objectUrl(f.url, 'claim');
  expect((await call(`${url}?ifGenerationMatch=${generation}`)).status).toBe(412);
  const { generation: now } = await json(await call(`${url}?ifGenerationNotMatch=${generation}`));
  expect((await call(`${url}?ifGenerationNotMatch=${now}`)).status).toBe(304);
  expect((await call(`${url}?generation=${generation}`)).status).toBe(404);
  expect((await call(`${url}?ifGenerationMatch=${generation}`, { method: 'DELETE' })).status).toBe(412);
  expect((await call(`${url}?ifGenerationMatch=${now}`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(url, { method: 'DELETE' })).status).toBe(404);
});

test('exactly one of many that create an object at once succeeds', async () => {
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, number) => put(f.url, 'claim', `by ${number}`, '&ifGenerationMatch=0')),
  );
  const winners = all.map(({ status }, number) => ({ status, number })).filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  expect(all.filter(({ status }) => status === 412)).toHaveLength(19);
  expect(await content(f.url, 'claim')).toBe(`by ${winners[0]?.number}`);
});

test('every name is one object, and none leads out of the folder', async () => {
  const names = [
    'a',
    'a/b',
    'a/../b',
    '../../etc/passwd',
    '...',
    '/',
    'a//b',
    ' %2F?#',
    'ü/日本/😀',
    'x'.repeat(1024),
    'a\\b',
    '__proto__',
    'constructor',
  ];
  for (const name of names) expect((await put(f.url, name, `content of ${name}`)).status).toBe(200);
  for (const name of names) expect(await content(f.url, name)).toBe(`content of ${name}`);
  await f.restart();
  for (const name of names) expect(await content(f.url, name)).toBe(`content of ${name}`);
  const { items } = await json(await call(`${f.url}/storage/v1/b/${BUCKET}/o?fields=items(name)`));
  const byBytes = names.map((name) => Buffer.from(name)).toSorted((a, b) => Buffer.compare(a, b));
  expect(items).toEqual(byBytes.map((name) => ({ name: name.toString() })));
});

test.each([
  ['a dot', '.'],
  ['two dots', '..'],
  ['a line break', 'a\nb'],
  ['nothing', ''],
  ['1025 bytes', 'x'.repeat(1025)],
  ['513 characters of two bytes', 'ü'.repeat(513)],
])('a name of %s is refused', async (_what, name) => {
  expect((await put(f.url, name, 'x')).status).toBe(400);
  expect(f.files()).toEqual({ content: [], incoming: [] });
});

test('lists by prefix and delimiter, in pages, also while objects go', async () => {
  for (const name of ['b', 'a/1', 'a/2', 'a/x/1', 'a/x/2', 'a/y/1', 'c']) await put(f.url, name, name);
  const list = async (query: string) => json(await call(`${f.url}/storage/v1/b/${BUCKET}/o?${query}`));
  const names = (page: Json): string[] => (page['items'] ?? []).map(({ name }: Json) => name);

  const folder = await list('prefix=a/&delimiter=/');
  expect([names(folder), folder['prefixes']]).toEqual([
    ['a/1', 'a/2'],
    ['a/x/', 'a/y/'],
  ]);
  expect(await list('prefix=nothing')).toEqual({ kind: 'storage#objects' });
  expect(names(await list('prefix=b'))).toEqual(['b']);

  const seen: string[] = [];
  for (let token = ''; ;) {
    const page = await list(`delimiter=/&maxResults=1&prefix=a/${token && `&pageToken=${token}`}`);
    const shown = [...names(page), ...(page['prefixes'] ?? [])];
    expect(shown).toHaveLength(1);
    seen.push(...shown);
    await call(objectUrl(f.url, String(shown[0])), { method: 'DELETE' });
    if (page['nextPageToken'] === undefined) break;
    token = page['nextPageToken'];
  }
  expect(seen).toEqual(['a/1', 'a/2', 'a/x/', 'a/y/']);
});

test('fields limits an answer', async () => {
  await put(f.url, 'a', 'hello');
  expect(await json(await call(`${objectUrl(f.url, 'a')}?fields=name,size`))).toEqual({ name: 'a', size: '5' });
  const url = `${f.url}/storage/v1/b/${BUCKET}/o`;
  expect(await json(await call(`${url}?fields=items/name,nextPageToken`))).toEqual({ items: [{ name: 'a' }] });
  expect((await call(`${url}?fields=items(name`)).status).toBe(400);
});

test('without the token, or through a browser, nothing is answered', async () => {
  await put(f.url, 'a', 'secret');
  const url = `${objectUrl(f.url, 'a')}?alt=media`;
  const foreigners: Record<string, string>[] = [
    { authorization: '' },
    { authorization: 'Bearer x' },
    { origin: 'https://a.example' },
  ];
  for (const headers of foreigners) {
    const response = await call(url, { headers });
    expect([401, 403]).toContain(response.status);
    expect(await response.text()).not.toContain('secret');
  }
});

test('buckets are created once, can be read, and must exist', async () => {
  const make = (name: unknown) =>
    call(`${f.url}/storage/v1/b?project=local`, { method: 'POST', body: JSON.stringify({ name }) });
  expect(await json(await make('another-one'))).toMatchObject({ kind: 'storage#bucket', name: 'another-one' });
  expect((await make('another-one')).status).toBe(409);
  expect((await make('No Bucket')).status).toBe(400);
  expect((await make(7)).status).toBe(400);
  expect((await call(`${f.url}/storage/v1/b/another-one`)).status).toBe(200);
  expect((await call(`${f.url}/storage/v1/b/none`)).status).toBe(404);
  expect(
    (await call(`${f.url}/upload/storage/v1/b/none/o?uploadType=media&name=a`, { method: 'POST', body: 'x' })).status,
  ).toBe(404);
  expect((await call(`${f.url}/storage/v1/b/none/o`)).status).toBe(404);
});

test('an unsupported call answers 501 with its name and is logged', async () => {
  const patch = await call(objectUrl(f.url, 'a'), { method: 'PATCH', body: '{}' });
  expect([patch.status, JSON.stringify(await patch.json())]).toEqual([
    501,
    expect.stringContaining('PATCH /storage/v1/b/B/o/O'),
  ]);
  const versions = await call(`${f.url}/storage/v1/b/${BUCKET}/o?versions=true`);
  expect([versions.status, JSON.stringify(await versions.json())]).toEqual([501, expect.stringContaining('versions')]);
  expect((await call(`${f.url}/storage/v1/b/${BUCKET}/o/a/rewriteTo/b/x/o/y`, { method: 'POST' })).status).toBe(501);
  expect(f.logged()).toEqual(Array(3).fill('WARNING unsupported call'));
});

test('a hash that does not match what arrived stores nothing', async () => {
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a`;
  const post = (hash: string) => call(url, { method: 'POST', body: 'hello', headers: { 'x-goog-hash': hash } });
  expect((await post('crc32c=AAAAAA==')).status).toBe(400);
  expect((await post('md5=AAAA,crc32c=mnG7TA==')).status).toBe(400);
  expect(f.files()).toEqual({ content: [], incoming: [] });
  expect((await post('crc32c=mnG7TA==')).status).toBe(200);
});

test('a client that hangs up during an upload leaves nothing', async () => {
  await put(f.url, 'a', 'before');
  const [host, port] = f.storage.address.split(':');
  const socket = connect(Number(port), host);
  socket.write(
    `POST /upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `Authorization: Bearer ${TOKEN}\r\nContent-Length: 1000\r\n\r\nhalf of it`,
  );
  await eventually(() => f.files().incoming.length === 1);
  socket.destroy();
  await eventually(() => f.files().incoming.length === 0);
  expect(await content(f.url, 'a')).toBe('before');
  expect(f.logged()).toEqual([]);
});

test('a connection still serves after a refused upload with a large body', async () => {
  await put(f.url, 'a', 'x', '&ifGenerationMatch=0');
  const [host, port] = f.storage.address.split(':');
  const body = 'x'.repeat(300_000);
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;
  const socket = connect(Number(port), host);
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString()));
  const upload = `POST /upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a&ifGenerationMatch=0 HTTP/1.1\r\n${head}`;
  socket.write(`${upload}Content-Length: ${body.length}\r\n\r\n${body}`);
  socket.write(`GET /storage/v1/b/${BUCKET}/o/a?fields=name HTTP/1.1\r\n${head}\r\n`);
  await eventually(() => answer.includes('{"name":"a"}'));
  expect(answer).toContain('HTTP/1.1 412');
  socket.destroy();
});

test('objects, generations and preconditions outlive a restart', async () => {
  const { generation } = await json(await put(f.url, 'a', 'one'));
  await put(f.url, 'gone', 'x');
  await call(objectUrl(f.url, 'gone'), { method: 'DELETE' });
  await f.restart();
  expect(await json(await call(objectUrl(f.url, 'a')))).toMatchObject({ generation, size: '3' });
  expect((await put(f.url, 'a', 'two', '&ifGenerationMatch=0')).status).toBe(412);
  expect((await call(objectUrl(f.url, 'gone'))).status).toBe(404);
  expect(f.files().content).toEqual([generation]);
});

test('curl uploads a file and reads it back', async () => {
  const file = __filename;
  const curl = async (...args: string[]): Promise<string> =>
    (await runFile('curl', ['-sSf', '-H', `Authorization: Bearer ${TOKEN}`, ...args])).stdout;
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=runs%2F1%2Fa`;
  expect(JSON.parse(await curl('-X', 'POST', '-T', file, url))).toMatchObject({ name: 'runs/1/a' });
  expect(await curl(`${objectUrl(f.url, 'runs/1/a')}?alt=media`)).toBe(readFileSync(file, 'utf8'));
});

test('a name that is not UTF-8 is refused: it would become another name', async () => {
  const url = `${f.url}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=runs/latin-%E9`;
  const response = await call(url, { method: 'POST', body: 'x' });
  expect(response.status).toBe(400);
});
