// Pub/Sub as functions and client use it, on our stand-in and on Google's emulator: publish, push, pull, dead letters.
// Google's emulator does not enforce its limits (sizes, number and names of attributes) nor the minimum back-off, leaves
// deliveryAttempt and orderingKey out of a push: these are tested on the stand-in alone (test/deploy/local/pubsub).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deadLetterOf, newRunId } from '@mymlops/protocol';
import { onEveryPubsub } from '../emulators/pubsub';
import { RUN } from '../fakes/builders';
import { NAMES } from './stand-ins';
import { openBus } from '../../client/src/google/bus';
import { isRefusal } from '../../client/src/google/failures';
import { openBusPort } from '../../functions/src/google/bus';
import { openDeadMessages } from '../../functions/src/google/dead-messages';
import { readMessage } from '../../functions/src/control/message';

interface Pulled {
  receivedMessages?: {
    ackId: string;
    message: { data?: string; attributes?: Record<string, string>; messageId: string; publishTime: string };
  }[];
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Answers each POST with what `answer` says to it; the bodies in order. */
async function startEndpoint(answer: (count: number) => number) {
  const bodies: unknown[] = [];
  let heard: () => void = () => undefined;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      response.writeHead(answer(bodies.length)).end();
      heard();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const until = async (count: number): Promise<unknown[]> => {
    while (bodies.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return bodies;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`, until };
}

onEveryPubsub((server) => {
  const { requests, events } = NAMES.topics;
  const full = (topic: string): string => `projects/local/topics/${topic}`;
  const put = (path: string, body: object = {}) => server().call('PUT', path, body);
  const subscribe = (id: string, topic: string, more: object = {}) =>
    put(`subscriptions/${id}`, { topic: full(topic), ...more });
  const pull = async (id: string): Promise<NonNullable<Pulled['receivedMessages']>> => {
    const { body } = await server().call('POST', `subscriptions/${id}:pull`, { maxMessages: 10 });
    return (body as Pulled).receivedMessages ?? [];
  };
  const publish = (topic: string, message: object) =>
    server().call('POST', `topics/${topic}:publish`, { messages: [message] });
  const textOf = (data = ''): unknown => JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  const connection = () => ({ names: NAMES, endpoints: server().endpoints, deadlineMs: 10_000 });
  const cancel = () => ({
    v: 1 as const,
    type: 'cancel' as const,
    run: newRunId(new Date(), () => 0),
    by: 'me',
    at: new Date().toISOString(),
  });

  test('a topic that does not exist is a refusal, also for the client, at once', async () => {
    const bus = openBus(connection());
    closing.push(() => bus.close());
    const error: unknown = await bus.publish(cancel()).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 5 });
    expect(isRefusal(error)).toBe(true);
    await expect(openBusPort(NAMES, () => server().endpoints).ask(cancel())).rejects.toMatchObject({ code: 5 });
    expect((await publish('none', { data: 'eA==' })).status).toBe(404);
    expect((await subscribe('orphan', 'none')).status).toBe(404);
  });

  test('functions and client publish JSON, which is pulled until it is acknowledged', async () => {
    for (const topic of [requests, events]) expect((await put(`topics/${topic}`)).status).toBe(200);
    expect((await put(`topics/${requests}`)).status).toBe(409);
    await subscribe('pulled', requests, { ackDeadlineSeconds: 10 });
    expect((await subscribe('pulled', requests)).status).toBe(409);
    const functions = openBusPort(NAMES, () => server().endpoints);
    const client = openBus(connection());
    closing.push(() => client.close());
    const request = cancel();
    await functions.ask({ v: 1, type: 'advance', kind: 'run', id: RUN });
    await client.publish(request);
    const received = await pull('pulled');
    expect(received.map(({ message }) => textOf(message.data))).toEqual(
      expect.arrayContaining([{ v: 1, type: 'advance', kind: 'run', id: RUN }, request]),
    );
    const ackIds = received.map(({ ackId }) => ackId);
    expect((await server().call('POST', 'subscriptions/pulled:acknowledge', { ackIds })).status).toBe(200);
    expect((await server().call('POST', 'subscriptions/none:pull', { maxMessages: 1 })).status).toBe(404);
  });

  test('a message carries its attributes, an id and its publish time; an empty one is refused', async () => {
    await put('topics/attributes');
    await subscribe('attributes', 'attributes');
    expect((await publish('attributes', {})).status).toBe(400);
    const attributes = { zulu: '1', alpha: 'ä "quoted"' };
    expect((await publish('attributes', { data: 'eA==', attributes })).status).toBe(200);
    const [{ message } = { message: undefined }] = await pull('attributes');
    expect(message?.attributes).toEqual(attributes);
    expect(message?.messageId).toMatch(/^\d+$/);
    expect(Math.abs(Date.parse(message?.publishTime ?? '') - Date.now())).toBeLessThan(60_000);
  });

  test('a push carries the message in the plain form that the functions read, again until it is answered with success', async () => {
    const endpoint = await startEndpoint((count) => (count === 1 ? 500 : 204));
    await put('topics/pushed');
    const pushConfig = { pushEndpoint: endpoint.url };
    await subscribe('pushed', 'pushed', { pushConfig, retryPolicy: { minimumBackoff: '0.1s', maximumBackoff: '1s' } });
    await publish('pushed', { data: Buffer.from('{"v":1}').toString('base64'), attributes: { a: 'b' } });
    const bodies = (await endpoint.until(2)) as { subscription: string; message: { attributes: object } }[];
    for (const body of bodies) {
      expect(body.subscription).toBe('projects/local/subscriptions/pushed');
      expect(body.message.attributes).toEqual({ a: 'b' });
      expect(readMessage(body)).toMatchObject({ text: '{"v":1}', id: expect.stringMatching(/^\d+$/) });
    }
    expect(bodies[1]?.message).toEqual(bodies[0]?.message);
  });

  test('what is refused five times becomes a dead letter, which says whose it was', async () => {
    const endpoint = await startEndpoint(() => 500);
    const dead = deadLetterOf(requests);
    for (const topic of [requests, dead]) await put(`topics/${topic}`);
    await subscribe(dead, dead);
    await subscribe(requests, requests, {
      pushConfig: { pushEndpoint: endpoint.url },
      retryPolicy: { minimumBackoff: '0.1s', maximumBackoff: '0.2s' },
      deadLetterPolicy: { deadLetterTopic: full(dead), maxDeliveryAttempts: 5 },
    });
    await publish(requests, { data: 'eA==', attributes: { own: 'kept' } });
    await endpoint.until(5);
    const endMs = Date.now() + 20_000;
    let letters = await pull(dead);
    while (letters.length === 0 && Date.now() < endMs) letters = await pull(dead);
    expect(letters).toHaveLength(1);
    expect(letters[0]?.message).toMatchObject({
      data: 'eA==',
      attributes: {
        own: 'kept',
        CloudPubSubDeadLetterSourceSubscription: requests,
        CloudPubSubDeadLetterSourceSubscriptionProject: 'local',
        CloudPubSubDeadLetterSourceDeliveryCount: '5',
      },
    });
  });

  test('the sweep pulls dead letters with the time of their first publication, until it acknowledges them', async () => {
    const topic = deadLetterOf(events);
    await put(`topics/${topic}`);
    await subscribe(topic, topic, { ackDeadlineSeconds: 600 });
    const dead = openDeadMessages(NAMES, () => server().endpoints);
    expect(await dead.pull('events', 10)).toEqual([]);
    const first = '2026-11-21T09:00:00.000Z';
    await publish(topic, {
      data: Buffer.from('{"a":"ü"}').toString('base64'),
      attributes: { CloudPubSubDeadLetterSourceTopicPublishTime: first, token: 't' },
    });
    const [message] = await dead.pull('events', 10);
    expect(message).toMatchObject({ text: '{"a":"ü"}', publishedAt: first, attributes: { token: 't' } });
    await dead.acknowledge('events', [message?.ackId ?? '']);
    expect(await dead.pull('events', 10)).toEqual([]);
    // Published there by hand: it was never another topic's.
    await publish(topic, { data: 'eA==' });
    const [byHand] = await dead.pull('events', 10);
    expect(byHand).toMatchObject({ text: 'x', id: expect.stringMatching(/^\d+$/) });
    expect(Math.abs(Date.parse(byHand?.publishedAt ?? '') - Date.now())).toBeLessThan(60_000);
  });
});
