import { status } from '@grpc/grpc-js';
import { eventually, PROJECT, TOKEN } from '../harness';
import { base64, fixture, type Fixture, publisher, pushTopic, subscriber, wireClients } from './fixture';

const TOPICS = `projects/${PROJECT}/topics`;
const SUBSCRIPTIONS = `projects/${PROJECT}/subscriptions`;

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

test("a message published with Google's client reaches the function as an Eventarc CloudEvent", async () => {
  const functions = await subscriber(f, f.functionsSocket);
  const service = await f.start();
  pushTopic(service, 'requests');
  const topic = publisher(f, service, 'requests', TOKEN);
  const before = Date.now();

  const id = await topic.publishMessage({
    data: Buffer.from('{"v":1,"ü":"ß"}'),
    attributes: { kind: 'commit', empty: '' },
    orderingKey: 'run-1',
  });
  await eventually(() => functions.deliveries.length === 1);

  const [delivery] = functions.deliveries;
  const time = String(delivery?.headers['ce-time']);
  expect(delivery).toMatchObject({
    path: '/handle',
    text: '{"v":1,"ü":"ß"}',
    headers: {
      'ce-id': id,
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
      'ce-source': `//pubsub.googleapis.com/${TOPICS}/requests`,
      'ce-specversion': '1.0',
      'content-type': 'application/json',
    },
  });
  expect(delivery?.body).toEqual({
    subscription: `${SUBSCRIPTIONS}/requests`,
    message: {
      data: base64('{"v":1,"ü":"ß"}'),
      attributes: { kind: 'commit', empty: '' },
      messageId: id,
      message_id: id,
      publishTime: time,
      publish_time: time,
      orderingKey: 'run-1',
    },
  });
  expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  await eventually(() => service.pending() === 0);
});

test('message ids are unique, and grow in the order of publication', async () => {
  const service = await f.start();
  pushTopic(service, 'requests');
  const topic = publisher(f, service, 'requests', TOKEN);
  const ids: number[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(Number(await topic.publishMessage({ data: Buffer.from(`${n}`) })));
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  expect(service.pending()).toBe(5);
});

test('topics and subscriptions are created once, found, and read as they were created', async () => {
  const { publisher: topics, subscriber: subscriptions, asOwner } = wireClients(f, await f.start());
  const topic = `${TOPICS}/things`;
  await topics.createTopic({ name: topic }, asOwner);
  await topics.createTopic({ name: `${topic}-dead` }, asOwner);
  expect((await topics.getTopic({ topic }, asOwner))[0].name).toBe(topic);
  await expect(topics.createTopic({ name: topic }, asOwner)).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
  await expect(topics.getTopic({ topic: `${topic}-none` }, asOwner)).rejects.toMatchObject({ code: status.NOT_FOUND });

  const name = `${SUBSCRIPTIONS}/things`;
  const wanted = {
    name,
    topic,
    pushConfig: { pushEndpoint: 'http://functions/handle' },
    ackDeadlineSeconds: 60,
    retryPolicy: { minimumBackoff: { seconds: 2, nanos: 500_000_000 }, maximumBackoff: { seconds: 20 } },
    deadLetterPolicy: { deadLetterTopic: `${topic}-dead`, maxDeliveryAttempts: 7 },
  };
  await subscriptions.createSubscription(wanted, asOwner);
  const [made] = await subscriptions.getSubscription({ subscription: name }, asOwner);
  expect(made).toMatchObject({
    ...wanted,
    retryPolicy: { minimumBackoff: { seconds: '2', nanos: 500_000_000 }, maximumBackoff: { seconds: '20' } },
  });
  await expect(subscriptions.createSubscription(wanted, asOwner)).rejects.toMatchObject({
    code: status.ALREADY_EXISTS,
  });
  await expect(
    subscriptions.createSubscription({ name: `${name}-2`, topic: `${topic}-none` }, asOwner),
  ).rejects.toMatchObject({ code: status.NOT_FOUND });
});

test('a setting that would change what is delivered is refused, not ignored', async () => {
  const service = await f.start();
  const { subscriber: subscriptions, asOwner } = wireClients(f, service);
  service.createTopic(PROJECT, 'things');
  const create = (more: object) =>
    subscriptions.createSubscription({ name: `${SUBSCRIPTIONS}/things`, topic: `${TOPICS}/things`, ...more }, asOwner);
  const refused = { code: status.INVALID_ARGUMENT, details: expect.stringContaining('not supported') };
  await expect(create({ filter: 'attributes.a = "b"' })).rejects.toMatchObject(refused);
  await expect(create({ enableMessageOrdering: true })).rejects.toMatchObject(refused);
  await expect(create({ ackDeadlineSeconds: 9 })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await expect(create({ pushConfig: { pushEndpoint: 'https://example.com/' } })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
  await create({ ackDeadlineSeconds: 10 });
});

test('a pulled message is leased until its ack deadline and gone once acknowledged', async () => {
  const service = await f.start();
  const { subscriber: subscriptions, asOwner } = wireClients(f, service);
  service.createTopic(PROJECT, 'things');
  service.createPullSubscription({ project: PROJECT, id: 'things', topic: 'things', ackDeadlineSeconds: 10 });
  const subscription = `${SUBSCRIPTIONS}/things`;
  const id = service.publish(PROJECT, 'things', Buffer.from('one'), { a: 'b' });
  service.publish(PROJECT, 'things', Buffer.from('two'));

  const [first] = await subscriptions.pull({ subscription, maxMessages: 1 }, asOwner);
  expect(first.receivedMessages).toMatchObject([
    { message: { data: Buffer.from('one'), attributes: { a: 'b' }, messageId: id } },
  ]);
  const [second] = await subscriptions.pull({ subscription, maxMessages: 10 }, asOwner);
  expect(second.receivedMessages?.map(({ message }) => String(message?.data))).toEqual(['two']);

  const ackIds = [first, second].flatMap((answer) => answer.receivedMessages?.map(({ ackId }) => ackId ?? '') ?? []);
  await subscriptions.acknowledge({ subscription, ackIds }, asOwner);
  const [none] = await subscriptions.pull({ subscription, maxMessages: 10 }, asOwner);
  expect(none.receivedMessages ?? []).toEqual([]);
  expect(service.pending()).toBe(0);
});

test("a request over one of Google's limits is refused, and nothing is published", async () => {
  const service = await f.start();
  pushTopic(service, 'things');
  const { publisher: topics, asOwner } = wireClients(f, service);
  const publish = (...messages: object[]) => topics.publish({ topic: `${TOPICS}/things`, messages }, asOwner);
  const refused = { code: status.INVALID_ARGUMENT };
  const data = Buffer.from('x');
  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));

  await expect(publish()).rejects.toMatchObject(refused);
  await expect(publish({})).rejects.toMatchObject(refused);
  await expect(publish({ data }, {})).rejects.toMatchObject(refused);
  await expect(publish({ data: Buffer.alloc(10_000_001) })).rejects.toMatchObject(refused);
  await expect(publish({ data: Buffer.alloc(6e6) }, { data: Buffer.alloc(6e6) })).rejects.toMatchObject(refused);
  await expect(publish({ attributes: attributes(101) })).rejects.toMatchObject(refused);
  await expect(publish({ attributes: { ['ü'.repeat(129)]: 'x' } })).rejects.toMatchObject(refused);
  await expect(publish({ attributes: { key: 'ü'.repeat(513) } })).rejects.toMatchObject(refused);
  await expect(publish({ data, orderingKey: 'a' }, { data, orderingKey: 'b' })).rejects.toMatchObject(refused);
  await expect(topics.publish({ topic: `${TOPICS}/nothing`, messages: [{ data }] }, asOwner)).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
  await expect(topics.createTopic({ name: `${TOPICS}/ab` }, asOwner)).rejects.toMatchObject(refused);
  await expect(topics.createTopic({ name: `${TOPICS}/a${'b'.repeat(255)}` }, asOwner)).rejects.toMatchObject(refused);
  await expect(topics.createTopic({ name: 'things' }, asOwner)).rejects.toMatchObject(refused);
  expect(service.pending()).toBe(0);

  await publish({ attributes: attributes(100) }, { attributes: { ['k'.repeat(256)]: 'v'.repeat(1024) } });
  await publish({ data: Buffer.alloc(9_900_000) });
  expect(service.pending()).toBe(3);
});

test('an unsupported call is refused with its name, and logged', async () => {
  const service = await f.start();
  const { publisher: topics, subscriber: subscriptions, asOwner } = wireClients(f, service);
  await expect(topics.deleteTopic({ topic: `${TOPICS}/things` }, asOwner)).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
    details: expect.stringContaining('/google.pubsub.v1.Publisher/DeleteTopic'),
  });
  const stream = subscriptions.streamingPull(asOwner);
  const refused = new Promise((resolve) => stream.once('error', resolve));
  stream.write({ subscription: `${SUBSCRIPTIONS}/things`, streamAckDeadlineSeconds: 10 });
  expect(await refused).toMatchObject({ code: status.UNIMPLEMENTED });
  const unsupported = f.logs.filter(({ message }) => message === 'unsupported call');
  expect(unsupported.map(({ severity, fields }) => [severity, fields['call']])).toEqual([
    ['ERROR', '/google.pubsub.v1.Publisher/DeleteTopic'],
    ['ERROR', '/google.pubsub.v1.Subscriber/StreamingPull'],
  ]);
});
