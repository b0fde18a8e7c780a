// Cloud Storage that is unavailable for a moment, or whose answer is lost after it has done the call: on Google's own transport, whose
// retries are Google's. Nothing is written twice, overwritten, or read in part.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleProgram } from '../bundle';
import { BUCKET, TOKEN } from '../deploy/local/harness';
import { content, fixture, objectUrl, put, call, type Fixture } from '../deploy/local/storage/fixture';
import { startStorageProxy, type StorageProxy, type Trouble } from './https-proxy';

let folder: string;
let program: string;
let google: Fixture;
let proxy: StorageProxy;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-storage-'));
  google = await fixture();
  proxy = await startStorageProxy(folder, google.storage.address, TOKEN);
  program = await bundleProgram(join(__dirname, 'storage-child.ts'), folder);
});
afterAll(async () => {
  proxy.close();
  await google.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => void proxy.calls.splice(0));

/** Google's library does not notice a broken answer: the client's own limit does. */
const SHORT_MS = 1_000;

/** What each call said. */
async function said(calls: string[][], limitMs = 30_000): Promise<unknown[]> {
  const env = { PATH: process.env['PATH'], ...proxy.env };
  const args = [program, String(proxy.port), BUCKET, String(limitMs), JSON.stringify(calls)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 });
  return JSON.parse(stdout) as unknown[];
}

const generationOf = async (object: string): Promise<string> =>
  ((await (await call(objectUrl(google.url, object))).json()) as { generation: string }).generation;

test('reads that are refused at first are made again', async () => {
  await put(google.url, 'read/a', 'text');
  const again: Trouble[] = ['refused', 'none'];
  proxy.spoil('GET /o/read/a', ...again, ...again);
  proxy.spoil('GET /o/read/a?alt=media', ...again, ...again);
  proxy.spoil('GET /o', ...again);
  const reads: [string[], unknown][] = [
    [['client stat', 'read/a'], 4],
    [['client list', 'read/'], ['read/a']],
    [['client read', 'read/a'], 'text'],
    [['functions read', 'read/a'], { text: 'text' }],
  ];
  expect(await said(reads.map(([read]) => read))).toEqual(reads.map(([, answer]) => answer));
  // The last one asks for the size first.
  expect(proxy.calls).toHaveLength(2 * 5);
});

describe('a content that is cut off', () => {
  const TEXT = 'abcdefgh'.repeat(100_000);
  const CALL = 'GET /o/cut/a?alt=media';
  const cut: Trouble = { answerCutAfter: 300_000 };
  beforeAll(() => put(google.url, 'cut/a', TEXT));

  test('comes whole: another call brings the rest', async () => {
    proxy.spoil(CALL, cut, 'silent', { answerCutAfter: 1 });
    expect(await said([['client read', 'cut/a']], SHORT_MS)).toEqual([TEXT]);
    expect(proxy.calls).toContainEqual(expect.stringMatching(/ bytes=\d+-$/));
    const file = join(folder, 'downloaded');
    proxy.spoil(CALL, cut);
    expect(await said([['client download', 'cut/a', file]], SHORT_MS)).toEqual([null]);
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
  });

  test('again and again without a byte is an error', async () => {
    proxy.spoil(CALL, cut, 'silent', 'silent', 'silent');
    expect(await said([['client read', 'cut/a']], SHORT_MS)).toEqual([{ error: expect.stringMatching(/not answer/) }]);
  });

  test('and is replaced meanwhile is an error, and no mixture', async () => {
    await put(google.url, 'cut/b', TEXT);
    const ofB = CALL.replace('/a', '/b');
    proxy.spoil(ofB, cut, { before: () => put(google.url, 'cut/b', TEXT.toUpperCase()) });
    const replaced = { error: expect.stringContaining('was replaced meanwhile. Try again.') };
    expect(await said([['client read', 'cut/b']], SHORT_MS)).toEqual([replaced]);
  });

  // The reader has printed the first part already.
  test('is an error for who prints it', async () => {
    proxy.spoil(CALL, cut);
    expect(await said([['client stream', 'cut/a']], SHORT_MS)).toEqual([{ error: expect.any(String) }]);
  });
});

test('a small write that was done and not answered is done once', async () => {
  await put(google.url, 'gone/b', 'x');
  await put(google.url, 'gone/c', 'x');
  const generation = await generationOf('gone/c');
  const create = 'POST /upload?uploadType=multipart&ifGenerationMatch=0';
  proxy.spoil(create, 'answer lost');
  proxy.spoil('POST /upload?uploadType=multipart', 'answer lost');
  proxy.spoil('DELETE /o/gone/b', 'answer lost');
  proxy.spoil('DELETE /o/gone/c', 'answer lost');
  const answers = await said([
    ['functions create', 'new/a', 'mine'],
    ['functions write', 'new/b', 'mine'],
    ['functions removeAll', 'gone/b'],
    ['snapshots remove', 'gone/c', generation],
  ]);
  // It exists, and holds the same; what has no condition is an error, and is made again with the message.
  const isLost = { error: expect.stringMatching(/socket hang up/) };
  expect(answers).toEqual([false, isLost, isLost, null]);
  for (const object of ['new/a', 'new/b']) expect(await content(google.url, object)).toBe('mine');
  for (const object of ['gone/b', 'gone/c']) expect((await call(objectUrl(google.url, object))).status).toBe(404);
  expect(proxy.calls.filter((one) => one === create)).toHaveLength(2);
  expect(await said([['functions removeAll', 'gone/b']])).toEqual([null]);
});

describe('an upload of the client', () => {
  const CREATE = 'POST /upload?uploadType=resumable&ifGenerationMatch=0';
  const bytes = Buffer.alloc(20 * 2 ** 20, 'abcdefg');
  let file: string;
  beforeAll(() => {
    file = join(folder, 'large');
    writeFileSync(file, bytes);
  });
  const stored = async (object: string) => Buffer.from(await content(google.url, object)).equals(bytes);

  test('of a small file is one call', async () => {
    const small = join(folder, 'small');
    writeFileSync(small, 'small');
    expect(await said([['client uploadNew', small, 'up/small']])).toEqual([true]);
    expect(proxy.calls).toEqual(['POST /upload?uploadType=multipart&ifGenerationMatch=0']);
  });

  test('that is cut in the middle is taken up where it was, in the same session', async () => {
    proxy.spoil('PUT /upload', 'none', { cutAfter: 3_000_000 });
    expect(await said([['client uploadNew', file, 'up/cut']])).toEqual([true]);
    expect(await stored('up/cut')).toBe(true);
    expect(proxy.calls.filter((one) => one.startsWith('POST'))).toEqual([CREATE]);
    expect(proxy.calls).toContain('PUT /upload bytes */*');
  });

  test('whose last answer is lost has arrived, once', async () => {
    proxy.spoil('PUT /upload', 'none', 'none', 'answer lost');
    expect(await said([['client uploadNew', file, 'up/lost']])).toEqual([false]);
    expect(await stored('up/lost')).toBe(true);
  });

  test('overwrites nothing, neither before it begins nor in the meantime', async () => {
    await put(google.url, 'up/taken', 'theirs');
    expect(await said([['client uploadNew', file, 'up/taken']])).toEqual([false]);
    expect(await content(google.url, 'up/taken')).toBe('theirs');
    proxy.spoil('PUT /upload', 'none', { before: () => put(google.url, 'up/raced', 'theirs') });
    expect(await said([['client uploadNew', file, 'up/raced']])).toEqual([false]);
    expect(await content(google.url, 'up/raced')).toBe('theirs');
  });
});
