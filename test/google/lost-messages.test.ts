// Pub/Sub that is unavailable for a moment, or whose answer is lost after it has done the call: on Google's own clients, whose retries
// are Google's. A message may come twice, which every handler expects, and none may be lost.
import { deadLetterOf, type Endpoints } from '@mymlops/protocol';
import { openBus } from '../../client/src/google/bus';
import { openBusPort } from '../../functions/src/google/bus';
import { openDeadMessages } from '../../functions/src/google/dead-messages';
import { startPubsub, type PubsubService } from '../../deploy/local/pubsub';
import { createHarness, PROJECT, type Harness } from '../deploy/local/harness';
import { rest } from '../deploy/local/pubsub/fixture';
import { endpointsWith } from '../emulators/firestore';
import { aCommit } from '../fakes/builders';
import { fakeClock } from '../fakes/clock';
import { startGrpcProxy, type GrpcProxy, type Trouble } from './grpc-proxy';
import { NAMES } from './stand-ins';

const ACK_DEADLINE_SECONDS = 600;
const { requests, events, sweeps } = NAMES.topics;
const DEAD = deadLetterOf(events);

let harness: Harness;
let pubsub: PubsubService;
let proxy: GrpcProxy;
const clock = fakeClock();
beforeEach(async () => {
  harness = createHarness();
  const options = harness.options({ clock });
  pubsub = await harness.started(startPubsub({ ...options, functionsSocket: `${harness.folder}/none.sock` }));
  for (const id of [requests, events, sweeps, DEAD]) {
    pubsub.createTopic(PROJECT, id);
    pubsub.createPullSubscription({ project: PROJECT, id, topic: id, ackDeadlineSeconds: ACK_DEADLINE_SECONDS });
  }
  proxy = await startGrpcProxy(pubsub.address);
  harness.defer(() => proxy.close());
});
afterEach(() => harness.end());

const spoilt = (): Endpoints => endpointsWith({ pubsub: proxy.address });

/** The messages of a topic that wait, decoded. */
async function waiting(topic: string): Promise<unknown[]> {
  const { body } = await rest(pubsub, 'POST', `subscriptions/${topic}:pull`, { maxMessages: 10 });
  const received = (body['receivedMessages'] ?? []) as { message: { data: string } }[];
  return received.map(({ message }) => JSON.parse(Buffer.from(message.data, 'base64').toString('utf8')) as unknown);
}

const advance = { v: 1, type: 'advance', kind: 'run', id: '20261121-100000-abcd' } as const;
const PUBLISHED: [Trouble, number][] = [
  ['refused', 1],
  ['answer lost', 2],
];

test.each(PUBLISHED)("a function's message, %s: it arrives", async (trouble, times) => {
  proxy.spoil('Publish', trouble);
  await openBusPort(NAMES, spoilt).ask(advance);
  expect(proxy.calls).toEqual(['Publish', 'Publish']);
  expect(await waiting(requests)).toEqual(Array.from({ length: times }, () => advance));
});

test.each(PUBLISHED)("a client's request, %s: it arrives, each time with the same run id", async (trouble, times) => {
  const bus = openBus({ names: NAMES, endpoints: spoilt(), deadlineMs: 10_000 });
  harness.defer(() => bus.close());
  proxy.spoil('Publish', trouble);
  const request = aCommit();
  await bus.publish(request);
  expect(proxy.calls).toEqual(['Publish', 'Publish']);
  expect(await waiting(requests)).toEqual(Array.from({ length: times }, () => request));
});

test('dead letters whose answer is lost are not: they come again after the deadline for acknowledging them', async () => {
  const dead = openDeadMessages(NAMES, spoilt);
  pubsub.publish(PROJECT, DEAD, Buffer.from('{}'));
  proxy.spoil('Pull', 'answer lost');
  expect(await dead.pull('events', 10)).toEqual([]);
  expect(proxy.calls).toEqual(['Pull', 'Pull']);
  await clock.advance(ACK_DEADLINE_SECONDS * 1000);
  expect(await dead.pull('events', 10)).toMatchObject([{ text: '{}' }]);
});

test.each(['refused', 'answer lost'] as const)('an acknowledgement, %s, holds', async (trouble) => {
  const dead = openDeadMessages(NAMES, spoilt);
  pubsub.publish(PROJECT, DEAD, Buffer.from('{}'));
  const [letter] = await dead.pull('events', 10);
  proxy.spoil('Acknowledge', trouble);
  await dead.acknowledge('events', [letter?.ackId ?? '']);
  expect(proxy.calls).toEqual(['Pull', 'Acknowledge', 'Acknowledge']);
  await clock.advance(ACK_DEADLINE_SECONDS * 1000);
  expect(await dead.pull('events', 10)).toEqual([]);
});
