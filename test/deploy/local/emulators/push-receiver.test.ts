// What Google's Pub/Sub emulator pushes, on its way to the functions: who is let in, and what the functions are given.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PushReceiver, startPushReceiver } from '../../../../deploy/local/emulators/push-receiver';

const TOPIC = 'mymlops-requests';
const PUSHED = {
  subscription: `projects/local/subscriptions/${TOPIC}`,
  message: { data: 'e30=', messageId: '7', message_id: '7', publishTime: '2026-01-02T03:04:05.678Z', attributes: {} },
};

interface Call {
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

let folder: string;
let receiver: PushReceiver;
let calls: Call[];
let answer: () => number | Promise<number>;
let stopFunctions: () => Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-'));
  const functionsSocket = join(folder, 'functions.sock');
  calls = [];
  answer = () => 204;
  const functions = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    incoming.on('end', () => {
      calls.push({ path: incoming.url ?? '', headers: incoming.headers, body: JSON.parse(text) });
      void Promise.resolve(answer()).then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => functions.listen(functionsSocket, resolve));
  stopFunctions = () => new Promise((resolve) => functions.close(() => resolve()));
  receiver = await startPushReceiver({ functionsSocket, log: () => undefined });
});
afterEach(async () => {
  await receiver.close();
  await stopFunctions();
  rmSync(folder, { recursive: true });
});

const urlFor = (topic = TOPIC): string => receiver.urlFor(topic, 'http://functions/request');

function push(url: string, { method = 'POST', headers = {} }: { method?: string; headers?: object } = {}) {
  return new Promise<number>((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      agent: false,
    });
    outgoing.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject);
    outgoing.end(method === 'GET' ? undefined : JSON.stringify(PUSHED));
  });
}

test("a push reaches its function in Eventarc's form", async () => {
  expect(await push(urlFor())).toBe(204);
  expect(calls).toEqual([
    {
      path: '/request',
      headers: expect.objectContaining({
        'ce-id': '7',
        'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
        'ce-source': `//pubsub.googleapis.com/projects/local/topics/${TOPIC}`,
        'ce-specversion': '1.0',
        'ce-time': '2026-01-02T03:04:05.678Z',
      }),
      body: PUSHED,
    },
  ]);
});

test('a message is repeated when its function fails or is missing', async () => {
  answer = () => 500;
  expect(await push(urlFor())).toBe(500);
  await stopFunctions();
  stopFunctions = () => Promise.resolve();
  expect(await push(urlFor())).toBe(503);
});

test('without the secret, or from a browser or a proxy, no function is reached', async () => {
  const url = urlFor();
  const { origin, pathname } = new URL(url);
  const [, secret = ''] = pathname.split('/');
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  for (const path of [
    '/',
    `/${TOPIC}`,
    `/${'0'.repeat(64)}/${TOPIC}`,
    `/${secret}`,
    `/${secret}/other`,
    `${pathname}/x`,
  ]) {
    expect([path, await push(origin + path)]).toEqual([path, 404]);
  }
  expect(await push(url, { method: 'GET' })).toBe(404);
  const foreign = [
    { origin: 'http://page.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'x-forwarded-for': '1.2.3.4' },
    { host: 'page.example' },
  ];
  for (const headers of foreign) expect([headers, await push(url, { headers })]).toEqual([headers, 403]);
  expect(calls).toEqual([]);
});

test('each start has its own secret', async () => {
  const other = await startPushReceiver({ functionsSocket: join(folder, 'none.sock'), log: () => undefined });
  const [mine, others] = [urlFor(), other.urlFor(TOPIC, 'http://functions/request')];
  await other.close();
  expect(new URL(others).pathname).not.toBe(new URL(mine).pathname);
});

test('after stop it accepts nothing, and running calls are still answered', async () => {
  let finish = (_status: number): void => undefined;
  const called = new Promise<void>((resolve) => {
    answer = () => {
      resolve();
      return new Promise((settle) => (finish = settle));
    };
  });
  const first = push(urlFor());
  await called;
  expect(receiver.inProgress(TOPIC)).toBe(1);
  receiver.stop();
  expect(await push(urlFor())).toBe(503);
  finish(204);
  expect(await first).toBe(204);
  expect(calls).toHaveLength(1);
  expect(receiver.inProgress(TOPIC)).toBe(0);
});
