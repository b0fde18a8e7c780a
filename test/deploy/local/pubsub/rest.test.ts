import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { auth, eventually, PROJECT, TOKEN } from '../harness';
import { base64, fixture, type Fixture, pushTopic, rest, subscriber } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

test('curl with the token of a VM publishes an event', async () => {
  const functions = await subscriber(f, f.functionsSocket);
  const service = await f.start();
  pushTopic(service, 'mymlops-events');
  const { stdout } = await promisify(execFile)('curl', [
    ...['--silent', '--show-error', '--fail-with-body'],
    ...['-H', `Authorization: Bearer ${auth.vmToken('vm-1')}`, '-H', 'Content-Type: application/json'],
    ...['--data', JSON.stringify({ messages: [{ data: base64('report'), attributes: { run: 'r' } }] })],
    `http://${service.address}/v1/projects/${PROJECT}/topics/mymlops-events:publish`,
  ]);
  await eventually(() => functions.deliveries.length === 1);
  const [delivery] = functions.deliveries;
  expect(JSON.parse(stdout)).toEqual({ messageIds: [delivery?.body.message.messageId] });
  expect(delivery).toMatchObject({ text: 'report', body: { message: { attributes: { run: 'r' } } } });
});

test('topics and subscriptions are created, read, pulled and acknowledged', async () => {
  const service = await f.start();
  const topic = `projects/${PROJECT}/topics/things`;
  expect(await rest(service, 'PUT', 'topics/things', {})).toEqual({ status: 200, body: { name: topic } });
  expect((await rest(service, 'PUT', 'topics/things')).status).toBe(409);
  expect(await rest(service, 'GET', 'topics/things')).toEqual({ status: 200, body: { name: topic } });
  expect((await rest(service, 'GET', 'topics/none')).status).toBe(404);
  expect((await rest(service, 'GET', 'subscriptions/none')).status).toBe(404);

  const made = await rest(service, 'PUT', 'subscriptions/readers', {
    topic,
    ackDeadlineSeconds: 20,
    retryPolicy: { minimumBackoff: '1.5s' },
  });
  expect(made.body).toMatchObject({
    ackDeadlineSeconds: 20,
    retryPolicy: { minimumBackoff: '1.5s', maximumBackoff: '600s' },
  });
  expect((await rest(service, 'PUT', 'subscriptions/readers', { topic })).status).toBe(409);

  const published = await rest(service, 'POST', 'topics/things:publish', {
    messages: [
      { data: base64('one'), orderingKey: 'k' },
      { data: base64('two'), orderingKey: 'k' },
    ],
  });
  const ids = published.body['messageIds'] as string[];
  const pulled = await rest(service, 'POST', 'subscriptions/readers:pull', { maxMessages: 5 });
  expect(pulled.body['receivedMessages']).toMatchObject([
    { message: { data: base64('one'), messageId: ids[0], orderingKey: 'k' } },
    { message: { data: base64('two'), messageId: ids[1] } },
  ]);
  const received = pulled.body['receivedMessages'] as { ackId: string }[];
  await rest(service, 'POST', 'subscriptions/readers:acknowledge', { ackIds: received.map(({ ackId }) => ackId) });
  expect((await rest(service, 'POST', 'subscriptions/readers:pull', { maxMessages: 5 })).body).toEqual({});
});

test.each([
  ['an empty message', { messages: [{}] }],
  ['no message', { messages: [] }],
  ['data that is not base64', { messages: [{ data: 'ä' }] }],
  ['an attribute that is not text', { messages: [{ attributes: { a: 1 } }] }],
  ['an unknown field', { messages: [{ data: 'eA==', priority: 1 }] }],
  ['messages that are not a list', { messages: { data: 'eA==' } }],
  ['one bad message among good ones', { messages: [{ data: 'eA==' }, { attributes: { '': 'x' } }] }],
  ['a body that is not an object', [1]],
])('%s is refused with nothing published', async (_what, body) => {
  const service = await f.start();
  pushTopic(service, 'things');
  expect((await rest(service, 'POST', 'topics/things:publish', body)).status).toBe(400);
  expect(service.pending()).toBe(0);
});

test('an unsupported call is refused with its name, and logged', async () => {
  const service = await f.start();
  for (const [method, path] of [
    ['DELETE', 'topics/things'],
    ['POST', 'subscriptions/things:modifyAckDeadline'],
    ['GET', 'topics'],
    ['POST', 'topics/things'],
  ] as const) {
    const answer = await rest(service, method, path);
    expect(answer.status).toBe(501);
    expect(JSON.stringify(answer.body)).toContain(`${method} /v1/projects/${PROJECT}/${path}`);
  }
  expect(f.logs.map(({ severity, message }) => `${severity} ${message}`)).toEqual(
    Array(4).fill('ERROR unsupported call'),
  );
});

test('a message without subscribers is accepted and dropped', async () => {
  const service = await f.start();
  service.createTopic(PROJECT, 'things');
  const answer = await rest(service, 'POST', 'topics/things:publish', { messages: [{ data: 'eA==' }] });
  expect(answer.body['messageIds']).toHaveLength(1);
  expect(service.pending()).toBe(0);
});

test('a request that arrives byte by byte is still recognized as REST', async () => {
  const service = await f.start();
  service.createTopic(PROJECT, 'things');
  const [host, port] = service.address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  f.defer(() => socket.destroy());
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('utf8')));
  const head = `GET /v1/projects/${PROJECT}/topics/things HTTP/1.1\r\nHost: ${service.address}\r\n`;
  for (const byte of `${head}Authorization: Bearer ${TOKEN}\r\n\r\n`) {
    socket.write(byte);
    await turn();
  }
  await eventually(() => answer.endsWith('}'));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});

test('a connection that is closed before its first byte does no harm', async () => {
  const service = await f.start();
  const [host, port] = service.address.split(':');
  for (const bytes of ['', 'P', 'PRI', 'PRI * HTTP/2.0\r\n\r\n']) {
    const socket = connect({ host, port: Number(port) }, () => {
      if (bytes) socket.write(bytes, () => socket.resetAndDestroy());
      else socket.end();
    });
    await eventually(() => socket.destroyed || socket.readableEnded);
  }
  expect((await rest(service, 'PUT', 'topics/things')).status).toBe(200);
});
