import { deadLetterOf, namesOf } from '@mymlops/protocol';
import { fakeClock } from '../../../fakes/clock';
import { eventually, PROJECT } from '../harness';
import { fixture, type Fixture, pushTopic, rest, subscriber, type Delivery } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

/** Where Pub/Sub's own account may move dead letters. */
const REQUESTS = namesOf(PROJECT, 'mymlops').topics.requests;
const DEAD = deadLetterOf(REQUESTS);

const failures = () => f.logs.filter(({ message }) => message === 'push failed').length;

test('a failed delivery is repeated after a pause that doubles up to the maximum', async () => {
  const clock = fakeClock();
  const sentAtMs: number[] = [];
  const functions = await subscriber(f, f.functionsSocket, () => {
    sentAtMs.push(clock.now());
    return sentAtMs.length < 6 ? 500 : 204;
  });
  const service = await f.start(clock);
  pushTopic(service, 'things', { minimumBackoffSeconds: 1, maximumBackoffSeconds: 5 });
  service.publish(PROJECT, 'things', Buffer.from('x'));

  for (const [index, pauseMs] of [1000, 2000, 4000, 5000, 5000].entries()) {
    await eventually(() => failures() === index + 1);
    await clock.advance(pauseMs - 1);
    expect(functions.deliveries).toHaveLength(index + 1);
    await clock.advance(1);
    await eventually(() => functions.deliveries.length === index + 2);
  }
  await eventually(() => service.pending() === 0);
  const gaps = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
  expect(gaps).toEqual([1000, 2000, 4000, 5000, 5000]);
  const payloads = functions.deliveries.map(({ body }) => JSON.stringify(body));
  expect(new Set(payloads).size).toBe(1); // without a dead-letter policy nothing counts the attempts for the function
});

test('one failing message does not hold up the others', async () => {
  const functions = await subscriber(f, f.functionsSocket, ({ text }) => (text === 'bad' ? 500 : 200));
  const service = await f.start(fakeClock());
  pushTopic(service, 'things');
  for (const text of ['bad', 'good', 'fine']) service.publish(PROJECT, 'things', Buffer.from(text));
  await eventually(() => service.pending() === 1 && failures() === 1);
  expect(functions.deliveries.map(({ text }) => text).toSorted()).toEqual(['bad', 'fine', 'good']);
});

test('a message older than its subscription keeps is not tried again, and not pending', async () => {
  const clock = fakeClock();
  const functions = await subscriber(f, f.functionsSocket, () => 500);
  const service = await f.start(clock);
  pushTopic(service, 'ticks', { retentionSeconds: 600, minimumBackoffSeconds: 400, maximumBackoffSeconds: 400 });
  pushTopic(service, 'things', { minimumBackoffSeconds: 400, maximumBackoffSeconds: 400 });
  service.publish(PROJECT, 'ticks', Buffer.from('tick'));
  service.publish(PROJECT, 'things', Buffer.from('thing'));
  await eventually(() => failures() === 2);
  expect([service.pending('ticks'), service.pending('things'), service.pending()]).toEqual([1, 1, 2]);
  await clock.advance(400_000);
  await eventually(() => failures() === 4);
  await clock.advance(400_000);
  await eventually(() => failures() === 5);
  expect([service.pending('ticks'), service.pending('things')]).toEqual([0, 1]);
  expect(functions.deliveries.filter(({ text }) => text === 'tick')).toHaveLength(2);
});

test('an old tick is not delivered by the next start, an old request is', async () => {
  const published = fakeClock(Date.UTC(2026, 0, 1));
  const first = await f.start(published);
  pushTopic(first, 'ticks', { retentionSeconds: 600 });
  pushTopic(first, 'things');
  first.publish(PROJECT, 'ticks', Buffer.from('tick'));
  first.publish(PROJECT, 'things', Buffer.from('thing'));
  await first.close();
  const functions = await subscriber(f, f.functionsSocket);
  const second = await f.start(fakeClock(Date.UTC(2026, 6, 1)));
  await eventually(() => second.pending() === 0);
  expect(functions.deliveries.map(({ text }) => text)).toEqual(['thing']);
});

test('after the last attempt a message is dead-lettered with the attributes of Google, and can be read', async () => {
  const clock = fakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const functions = await subscriber(f, f.functionsSocket, () => 500);
  const service = await f.start(clock);
  service.createTopic(PROJECT, DEAD);
  service.createPullSubscription({ project: PROJECT, id: DEAD, topic: DEAD, ackDeadlineSeconds: 60 });
  pushTopic(service, REQUESTS, { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 });
  service.publish(PROJECT, REQUESTS, Buffer.from('poison'), { run: 'r' });

  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await eventually(() => failures() === attempt);
    await clock.advance(8000);
  }
  await eventually(() => service.pending() === 0);
  expect(functions.deliveries.map(({ body }) => body.deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
  await clock.advance(60_000);
  expect(functions.deliveries).toHaveLength(5);

  const dead = await rest(service, 'POST', `subscriptions/${DEAD}:pull`, { maxMessages: 10 });
  expect(dead.body['receivedMessages']).toMatchObject([
    {
      message: {
        data: Buffer.from('poison').toString('base64'),
        attributes: {
          run: 'r',
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
          CloudPubSubDeadLetterSourceSubscription: REQUESTS,
          CloudPubSubDeadLetterSourceSubscriptionProject: PROJECT,
          CloudPubSubDeadLetterSourceTopicPublishTime: '2026-01-02T03:04:05.678Z',
        },
      },
    },
  ]);
});

test('functions that do not listen yet cost a message no attempt, and get it later', async () => {
  const clock = fakeClock();
  const service = await f.start(clock);
  service.createTopic(PROJECT, DEAD);
  pushTopic(service, REQUESTS, { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 });
  for (const text of ['1', '2', '3']) service.publish(PROJECT, REQUESTS, Buffer.from(text));
  // Far more tries than maxDeliveryAttempts, each one real.
  for (let tries = 0; tries < 8; tries += 1) {
    const waiting = clock.waiting();
    await clock.advance(2000);
    await eventually(() => clock.waiting() <= waiting);
  }
  expect(failures()).toBe(0);
  expect(service.pending()).toBe(3);

  const functions = await subscriber(f, f.functionsSocket);
  await eventually(() => {
    void clock.advance(100);
    return service.pending() === 0;
  });
  expect(functions.deliveries.map(({ body }) => body.deliveryAttempt)).toEqual([1, 1, 1]);
});

test('functions that listen again get the waiting messages at once', async () => {
  const service = await f.start(fakeClock());
  pushTopic(service, 'things');
  service.publish(PROJECT, 'things', Buffer.from('x'));
  const functions = await subscriber(f, f.functionsSocket);
  await eventually(() => {
    service.wake();
    return functions.deliveries.length === 1;
  });
  await eventually(() => service.pending() === 0);
  expect(functions.deliveries).toHaveLength(1);
});

test('a socket file left by killed functions costs no attempt either', async () => {
  const gone = await subscriber(f, 'loopback');
  await gone.close();
  const clock = fakeClock();
  const service = await f.start(clock);
  pushTopic(service, 'things', { endpoint: `http://127.0.0.1:${gone.port}/push` });
  const before = clock.waiting();
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => clock.waiting() === before + 1); // the timeout is over, the pause has begun
  await clock.advance(2000);
  expect(failures()).toBe(0);
  expect(service.pending()).toBe(1);
});

test('no answer within the ack deadline is a failure, and the message is repeated', async () => {
  const clock = fakeClock();
  const functions = await subscriber(f, f.functionsSocket, () => (functions.deliveries.length === 1 ? null : 200));
  const service = await f.start(clock);
  pushTopic(service, 'things', { ackDeadlineSeconds: 30 });
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => functions.deliveries.length === 1);
  await clock.advance(29_999);
  expect(failures()).toBe(0);
  await clock.advance(1);
  expect(failures()).toBe(1);
  await clock.advance(1000);
  await eventually(() => service.pending() === 0);
  expect(functions.deliveries).toHaveLength(2);
});

test('a connection lost during the call is a failure: the function may have done its work', async () => {
  const clock = fakeClock();
  const functions = await subscriber(f, f.functionsSocket, () => null);
  const service = await f.start(clock);
  pushTopic(service, 'things');
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => functions.deliveries.length === 1);
  await functions.close();
  await eventually(() => failures() === 1);
  expect(service.pending()).toBe(1);
});

test('a subscription has at most 20 running deliveries; the rest follow', async () => {
  const held: ((status: number) => void)[] = [];
  let open = false;
  await subscriber(f, f.functionsSocket, () => (open ? 200 : new Promise<number>((release) => held.push(release))));
  const service = await f.start();
  pushTopic(service, 'things');
  for (let n = 0; n < 50; n += 1) service.publish(PROJECT, 'things', Buffer.from(`${n}`));
  await eventually(() => held.length === 20);
  held.shift()?.(200);
  await eventually(() => held.length === 20 && service.pending() === 49);
  open = true;
  for (const release of held) release(200);
  await eventually(() => service.pending() === 0);
});

test("an endpoint on loopback gets Pub/Sub's plain push", async () => {
  const endpoint = await subscriber(f, 'loopback');
  const service = await f.start();
  pushTopic(service, 'things', { endpoint: `http://127.0.0.1:${endpoint.port}/push/here?a=b` });
  service.publish(PROJECT, 'things', Buffer.from('x'), { key: 'value' });
  await eventually(() => endpoint.deliveries.length === 1);
  const [delivery] = endpoint.deliveries as [Delivery];
  expect(delivery).toMatchObject({
    path: '/push/here?a=b',
    text: 'x',
    body: { message: { attributes: { key: 'value' } } },
  });
  expect(Object.keys(delivery.headers).filter((name) => name.startsWith('ce-'))).toEqual([]);
});

test('every subscription of a topic gets its own copy', async () => {
  const functions = await subscriber(f, f.functionsSocket, ({ path }) => (path === '/handle' ? 200 : 500));
  const service = await f.start(fakeClock());
  pushTopic(service, 'things');
  pushTopic(service, 'others');
  service.createPushSubscription({
    project: PROJECT,
    id: 'things-too',
    topic: 'things',
    endpoint: 'http://functions/other',
    ...{
      ackDeadlineSeconds: 10,
      minimumBackoffSeconds: 1,
      maximumBackoffSeconds: 8,
    },
  });
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => functions.deliveries.length === 2 && failures() === 1);
  expect(functions.deliveries.map(({ path }) => path).toSorted()).toEqual(['/handle', '/other']);
  expect(service.pending()).toBe(1);
});

test('a changed setting is applied, another topic or kind is refused', async () => {
  const functions = await subscriber(f, f.functionsSocket);
  const service = await f.start();
  pushTopic(service, 'things');
  pushTopic(service, 'things', { endpoint: 'http://functions/renamed' });
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => functions.deliveries.length === 1);
  expect(functions.deliveries[0]?.path).toBe('/renamed');

  service.createTopic(PROJECT, 'others');
  expect(() => pushTopic(service, 'things', { topic: 'others' })).toThrow('another topic or kind');
  expect(() =>
    service.createPullSubscription({ project: PROJECT, id: 'things', topic: 'things', ackDeadlineSeconds: 10 }),
  ).toThrow('another topic or kind');
  expect(() => pushTopic(service, 'things', { deadLetterTopic: 'nowhere' })).toThrow('topic not found');
});

test('a push is sent before its publish returns', async () => {
  const functions = await subscriber(f, f.functionsSocket);
  const service = await f.start();
  pushTopic(service, 'things');
  const timesMs: number[] = [];
  for (let n = 1; n <= 30; n += 1) {
    const startMs = performance.now();
    service.publish(PROJECT, 'things', Buffer.from('x'));
    while (functions.deliveries.length < n) await new Promise(setImmediate);
    timesMs.push(performance.now() - startMs);
  }
  // Usually 1 ms; the bound only tells sending at once from waiting for some timer.
  expect(timesMs.toSorted((a, b) => a - b)[15]).toBeLessThan(15);
});
