import { status } from '@grpc/grpc-js';
import { request } from 'node:http';
import { auth, TOKEN } from '../harness';
import { fixture, type Fixture, publisher, pushTopic, rest } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

const MESSAGES = { messages: [{ data: 'eA==' }] };
const VM = auth.vmToken('vm-1');

async function startWithTopics() {
  const service = await f.start();
  pushTopic(service, 'mymlops-requests');
  pushTopic(service, 'mymlops-events');
  return service;
}

test.each([
  ['no token', {}, 401],
  ['a wrong token', { authorization: `Bearer ${TOKEN}x` }, 401],
  ['a text/plain POST as a web form sends it', { 'content-type': 'text/plain' }, 401],
  ['the token and an Origin', { authorization: `Bearer ${TOKEN}`, origin: 'http://localhost' }, 403],
  ['the token of a VM', { authorization: `Bearer ${VM}` }, 403],
])('REST: %s publishes no request', async (_what, headers, expected) => {
  const service = await startWithTopics();
  const answer = await rest(service, 'POST', 'topics/mymlops-requests:publish', MESSAGES, headers);
  expect(answer.status).toBe(expected);
  expect(service.pending()).toBe(0);
});

test('REST: a foreign Host, as DNS rebinding brings it, publishes nothing', async () => {
  const service = await startWithTopics();
  const [host = '', port = ''] = service.address.split(':');
  const answered = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: 'attacker.example', authorization: `Bearer ${TOKEN}` };
    const path = '/v1/projects/local/topics/mymlops-requests:publish';
    const call = request({ host, port, path, method: 'POST', headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end(JSON.stringify(MESSAGES));
  });
  expect(answered).toBe(403);
  expect(service.pending()).toBe(0);
});

test('REST: a VM may publish events, nothing else', async () => {
  const service = await startWithTopics();
  const asVm = { authorization: `Bearer ${VM}` };
  expect((await rest(service, 'POST', 'topics/mymlops-events:publish', MESSAGES, asVm)).status).toBe(200);
  expect(service.pending()).toBe(1);
  expect((await rest(service, 'PUT', 'topics/own-events', {}, asVm)).status).toBe(403);
  expect((await rest(service, 'GET', 'topics/mymlops-events', undefined, asVm)).status).toBe(403);
  const pull = await rest(service, 'POST', 'subscriptions/mymlops-events:pull', { maxMessages: 1 }, asVm);
  expect(pull.status).toBe(403);
  // The topic's name ends the path, not the query.
  const smuggled = await rest(service, 'POST', 'topics/mymlops-requests:publish?x=-events:publish', MESSAGES, asVm);
  expect(smuggled.status).toBe(403);
  expect(service.pending()).toBe(1);
});

test.each([
  'topics/mymlops-requests:publish#-events:publish',
  'topics/mymlops-requests:publish#/../mymlops-events:publish',
  'topics/mymlops-requests#-events:publish',
  'topics/mymlops-requests:publish?-events:publish',
  'topics/mymlops-requests:publish?#-events:publish',
  'topics/mymlops-requests:publish%23-events:publish',
  'topics/mymlops-requests:publish%3F-events:publish',
  'topics/mymlops-requests%3Apublish?-events:publish',
  'topics/mymlops-events:publish/../mymlops-requests:publish',
  'topics/x-events:publish/../../topics/mymlops-requests:publish',
  'topics/mymlops-requests:publish/x/../-events:publish',
  'topics/mymlops-requests:publish/.././mymlops-requests:publish/%2e%2e/mymlops-events:publish',
  'topics/mymlops-requests:publish\\..\\mymlops-events:publish',
  'topics/%2e%2e/topics/mymlops-requests:publish;-events:publish',
  'topics//mymlops-requests:publish//-events:publish',
])('REST: a path that only looks like one for events (%s) publishes no request', async (path) => {
  const service = await startWithTopics();
  const answer = await rest(service, 'POST', path, MESSAGES, { authorization: `Bearer ${VM}` });
  expect([400, 403, 501]).toContain(answer.status);
  expect(service.pending()).toBe(0);
});

test.each(['topics/mymlops-requests:publish#', 'topics/mymlops-events:publish#x', 'topics/mymlops-events#x:publish'])(
  'REST: a target with a fragment (%s) is refused, also for the owner',
  async (path) => {
    const service = await startWithTopics();
    expect((await rest(service, 'POST', path, MESSAGES)).status).toBe(400);
    expect(service.pending()).toBe(0);
  },
);

test.each([
  ['no token', undefined, {}, status.UNAUTHENTICATED],
  ['a wrong token', `${TOKEN}x`, {}, status.UNAUTHENTICATED],
  ['the token of a VM', VM, {}, status.PERMISSION_DENIED],
  ['the token and an Origin', TOKEN, { origin: 'http://localhost' }, status.PERMISSION_DENIED],
])('gRPC: %s publishes no request', async (_what, token, more, code) => {
  const service = await startWithTopics();
  const topic = publisher(f, service, 'mymlops-requests', token, more);
  await expect(topic.publishMessage({ data: Buffer.from('x') })).rejects.toMatchObject({ code });
  expect(service.pending()).toBe(0);
});

test('gRPC: a VM publishes events', async () => {
  const service = await startWithTopics();
  await publisher(f, service, 'mymlops-events', VM).publishMessage({ data: Buffer.from('x') });
  expect(service.pending()).toBe(1);
});
