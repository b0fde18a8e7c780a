// The thin wrappers over Google's libraries, on the real wire against the local stand-ins.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { namesOf, newRunId } from '@mymlops/protocol';
import { openBucket } from '../../../client/src/google/bucket';
import { openBus } from '../../../client/src/google/bus';
import { type Connection } from '../../../client/src/google/connection';
import { within } from '../../../client/src/google/deadline';
import { isRefusal } from '../../../client/src/google/failures';
import { GoogleTrouble } from '../../../client/src/google/trouble';
import { startPubsub } from '../../../deploy/local/pubsub';
import { startStorage } from '../../../deploy/local/storage';
import { serviceOptions, TOKEN } from '../../deploy/local/harness';
import { useTempFolders } from '../temp-folder';

const names = namesOf('local', 'mymlops');
const BUCKET = 'a-bucket';
const tempFolder = useTempFolders();
const closing: (() => Promise<unknown>)[] = [];
// The clients before the services that they call.
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const connectionTo = (addresses: Partial<Connection['endpoints']>, token = TOKEN): Connection => {
  const nowhere = '127.0.0.1:1';
  const none = { firestore: nowhere, pubsub: nowhere, compute: nowhere, storage: nowhere };
  return {
    names,
    deadlineMs: 5000,
    endpoints: { v: 1, pid: process.pid, deployment: 'mymlops', token, ...none, ...addresses },
  };
};

async function pubsubWith(topics: string[]) {
  const pubsub = await startPubsub({ ...serviceOptions(tempFolder()), functionsSocket: '/nonexistent.sock' });
  closing.push(() => pubsub.close());
  const call = async (method: string, path: string, body: object) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const url = `http://${pubsub.address}/v1/${path}`;
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return (await response.json()) as { receivedMessages?: { message: { data: string } }[] };
  };
  const subscription = 'projects/local/subscriptions/look';
  const createTopic = async (topic: string) => {
    await call('PUT', `projects/local/topics/${topic}`, {});
    await call('PUT', subscription, { topic: `projects/local/topics/${topic}` });
  };
  for (const topic of topics) await createTopic(topic);
  const received = async (): Promise<unknown[]> => {
    const { receivedMessages } = await call('POST', `${subscription}:pull`, { maxMessages: 10 });
    const texts = (receivedMessages ?? []).map(({ message }) => Buffer.from(message.data, 'base64').toString('utf8'));
    return texts.map((text) => JSON.parse(text) as unknown);
  };
  return { address: pubsub.address, createTopic, received };
}

/** A proxy whose first `stuck` connections pass on what the client sends, and nothing of what is answered. */
async function proxyTo(address: string, stuck: number): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  let connections = 0;
  const server = createServer((client) => {
    const isStuck = connections++ < stuck;
    const upstream = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]) });
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => isStuck || client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const cancelRequest = () => ({
  v: 1 as const,
  type: 'cancel' as const,
  run: newRunId(new Date(), () => 0),
  by: 'me',
  at: new Date().toISOString(),
});

test('a published request arrives as JSON; a topic that does not exist is an error, at once', async () => {
  const pubsub = await pubsubWith([]);
  const bus = openBus(connectionTo({ pubsub: pubsub.address }));
  closing.push(() => bus.close());
  const request = cancelRequest();
  await expect(bus.publish(request)).rejects.toMatchObject({ code: 5 });
  await pubsub.createTopic(names.topics.requests);
  await bus.publish(request);
  expect(await pubsub.received()).toEqual([request]);
});

test('an acknowledgement that was lost: the very same request is published again, over another connection', async () => {
  const pubsub = await pubsubWith([names.topics.requests]);
  const address = await proxyTo(pubsub.address, 1);
  const bus = openBus({ ...connectionTo({ pubsub: address }), deadlineMs: 1000 });
  closing.push(() => bus.close());
  const request = cancelRequest();
  await bus.publish(request);
  const received = await pubsub.received();
  expect(received.at(-1)).toEqual(request);
  for (const each of received) expect(each).toEqual(request);
});

test('a missing acknowledgement does not count as a refusal', async () => {
  const pubsub = await pubsubWith([names.topics.requests]);
  const bus = openBus({ ...connectionTo({ pubsub: await proxyTo(pubsub.address, 99) }), deadlineMs: 100 });
  const error: unknown = await bus.publish(cancelRequest()).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ message: expect.stringContaining('Pub/Sub did not answer') });
  expect(isRefusal(error)).toBe(false);
  expect(isRefusal(Object.assign(new Error('5 NOT_FOUND'), { code: 5 }))).toBe(true);
});

test('with no way to Google a request was sent three times, each time for as long', async () => {
  const pubsub = await pubsubWith([names.topics.requests]);
  let looks = 0;
  const finding = { trouble: new GoogleTrouble('No network.', false), kind: 'definite' as const };
  const find = () => Promise.resolve(looks++ < 9 ? finding : undefined);
  const connection = connectionTo({ pubsub: await proxyTo(pubsub.address, 99) });
  const bus = openBus({ ...connection, deadlineMs: 1000, finders: [{ about: 'network', afterMs: 0, find }] });
  await expect(bus.publish(cancelRequest())).rejects.toThrow('No network.');
  expect(looks).toBe(1);
});

test('objects: uploaded once, listed, read in part, absent', async () => {
  const storage = await startStorage(serviceOptions(tempFolder()));
  closing.push(() => storage.close());
  storage.ensureBucket(BUCKET);
  const bucket = openBucket(connectionTo({ storage: storage.address }), BUCKET);
  const folder = tempFolder();
  mkdirSync(join(folder, 'x'));
  const file = join(folder, 'x', 'file');
  writeFileSync(file, 'first content');
  expect(await bucket.exists('sources/a b.bundle')).toBe(false);
  expect(await bucket.uploadNew(file, 'sources/a b.bundle')).toBe(true);
  writeFileSync(file, 'other');
  expect(await bucket.uploadNew(file, 'sources/a b.bundle')).toBe(false);
  expect((await bucket.read('sources/a b.bundle'))?.toString()).toBe('first content');
  const { signal } = new AbortController();
  const rest = async (start?: number) => textOf(await bucket.stream('sources/a b.bundle', { start, signal }));
  expect(await Promise.all([rest(), rest(6), rest(13)])).toEqual(['first content', 'content', '']);
  expect(await bucket.stream('sources/none', { signal })).toBeNull();
  expect(await bucket.read('sources/none')).toBeNull();
  expect(await bucket.stat('sources/none')).toBeNull();
  expect(await bucket.stat('sources/a b.bundle')).toMatchObject({
    size: 13,
    generation: expect.stringMatching(/^\d+$/),
  });
  expect((await bucket.list('sources/')).map(({ name, size }) => [name, size])).toEqual([['sources/a b.bundle', 13]]);
  const copy = join(folder, 'copy');
  await bucket.download('sources/a b.bundle', copy);
  expect(readFileSync(copy, 'utf8')).toBe('first content');
});

/** Serves one object of `bytes`; says how many of them were taken when its reader has left. */
async function largeObject(bytes: number): Promise<{ address: string; taken: Promise<number> }> {
  let onLeft = (_taken: number): void => undefined;
  const taken = new Promise<number>((resolve) => (onLeft = resolve));
  const server = createHttpServer((_request, response) => {
    let sent = 0;
    const piece = Buffer.alloc(65_536);
    const content = Readable.from(
      (function* () {
        for (; sent < bytes; sent += piece.length) yield piece;
      })(),
    );
    response.writeHead(200, { 'content-length': bytes });
    content.pipe(response);
    response.once('close', () => onLeft(sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, taken };
}

test('a slow upload was given up because a look at the network, for which the line had no room left, was late', async () => {
  const storage = await startStorage(serviceOptions(tempFolder()));
  closing.push(() => storage.close());
  storage.ensureBucket(BUCKET);
  let looks = 0;
  const finding = { trouble: new GoogleTrouble('No network.', false), kind: 'definite' as const };
  const find = () => Promise.resolve(looks++ < 9 ? finding : undefined);
  const connection = {
    ...connectionTo({ storage: storage.address }),
    finders: [{ about: 'network' as const, afterMs: 0, find }],
  };
  const file = join(tempFolder(), 'file');
  writeFileSync(file, Buffer.alloc(20_000_000));
  expect(await openBucket(connection, BUCKET).uploadNew(file, 'sources/slow.bundle')).toBe(true);
  expect(looks).toBe(0);
});

test('of a large object no more is downloaded than was looked at, and a little', async () => {
  const { address, taken } = await largeObject(1_000_000_000);
  const bucket = openBucket(connectionTo({ storage: address }), BUCKET);
  const pieces = await bucket.stream('large', { signal: new AbortController().signal });
  for await (const piece of pieces ?? []) if (piece.length > 0) break;
  expect(await taken).toBeLessThan(50_000_000); // buffers of the system are in between
});

test('a download that is interrupted ends with the reason', async () => {
  const { address, taken } = await largeObject(1_000_000_000);
  const bucket = openBucket(connectionTo({ storage: address }), BUCKET);
  const interruption = new AbortController();
  const pieces = await bucket.stream('large', { signal: interruption.signal });
  const reading = (async () => {
    for await (const piece of pieces ?? []) if (piece.length > 0) interruption.abort(new Error('Ctrl-C'));
  })();
  await expect(reading).rejects.toThrow('Ctrl-C');
  expect(await taken).toBeLessThan(50_000_000);
});

test('a download that stops is given up', async () => {
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('the beginning');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = openBucket({ ...connectionTo({ storage: address }), deadlineMs: 300 }, BUCKET);
  const pieces = await bucket.stream('large', { signal: new AbortController().signal });
  await expect(textOf(pieces)).rejects.toThrow('Cloud Storage did not answer');
});

async function textOf(pieces: AsyncIterable<Buffer> | null): Promise<string | null> {
  if (!pieces) return null;
  let text = '';
  for await (const piece of pieces) text += piece.toString();
  return text;
}

test('without the token nothing is answered', async () => {
  const storage = await startStorage(serviceOptions(tempFolder()));
  closing.push(() => storage.close());
  storage.ensureBucket(BUCKET);
  const bucket = openBucket(
    connectionTo({ storage: storage.address }, 'another-token-0123456789abcdef01234567'),
    BUCKET,
  );
  await expect(bucket.exists('x')).rejects.toMatchObject({ code: 401 });
});

test('a host that does not answer is reported within the deadline', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(within({ deadlineMs: 20 }, 'Firestore', never)).rejects.toThrow('Firestore did not answer');
  expect(await within({ deadlineMs: 20 }, 'Firestore', Promise.resolve('answer'))).toBe('answer');
});
