// Pub/Sub forwards a dead letter with two rights of its own account; Google without one of them delivers again and again, and never
// forwards: https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
import { deadLetterOf } from '@mymlops/protocol';
import { createRights, type Rights } from '../../deploy/local/shared/rights';
import { forwardingGrants } from '../../deploy/local/shared/service-agents';
import { createHarness, eventually, PROJECT, type Harness } from '../deploy/local/harness';
import { pushTopic, rest, subscriber } from '../deploy/local/pubsub/fixture';
import { startPubsub } from '../../deploy/local/pubsub';
import { fakeClock } from '../fakes/clock';
import { NAMES } from './calls';

let harness: Harness;
beforeEach(() => void (harness = createHarness()));
afterEach(() => harness.end());

const [REQUESTS, DEAD] = [NAMES.topics.requests, deadLetterOf(NAMES.topics.requests)];
const DELIVERIES = 5;
const GRANTS = forwardingGrants(NAMES);

/** A topic whose subscriber answers with 500, with a dead-letter topic, and one message in it. */
async function open(start: Rights) {
  let rights = start;
  const clock = fakeClock(Date.UTC(2026, 0, 2));
  const functionsSocket = `${harness.folder}/functions.sock`;
  const { deliveries } = await subscriber(harness, functionsSocket, () => 500);
  const options = harness.options({ clock, rights: { ...start, lacking: (...call) => rights.lacking(...call) } });
  const service = await harness.started(startPubsub({ ...options, functionsSocket }));
  service.createTopic(PROJECT, DEAD);
  service.createPullSubscription({ project: PROJECT, id: DEAD, topic: DEAD, ackDeadlineSeconds: 60 });
  pushTopic(service, REQUESTS, { deadLetterTopic: DEAD, maxDeliveryAttempts: DELIVERIES });
  service.publish(PROJECT, REQUESTS, Buffer.from('poison'));
  let seen = 0;
  const failures = (): number => harness.logs.filter(({ message }) => message === 'push failed').length;
  return {
    deliveries,
    give: (given: Rights) => void (rights = given),
    pending: () => service.pending(REQUESTS),
    /** Returns when `count` deliveries have failed, each after the pause that follows the one before. */
    async fail(count: number) {
      while (seen < count) {
        await eventually(() => failures() > seen);
        seen += 1;
        if (seen < count) await clock.advance(8000);
      }
    },
    nextDelivery: () => clock.advance(8000),
    async letters() {
      const { body } = await rest(service, 'POST', `subscriptions/${DEAD}:pull`, { maxMessages: 10 });
      return (body['receivedMessages'] ?? []) as unknown[];
    },
  };
}

const refusals = () => harness.logs.filter(({ message }) => message === 'message not dead-lettered');

test('two rights for each topic with dead letters', () => {
  expect(GRANTS.map(({ permission, resource }) => `${permission} ${resource}`)).toEqual([
    'pubsub.topics.publish projects/local/topics/mymlops-requests-dead',
    'pubsub.subscriptions.consume projects/local/subscriptions/mymlops-requests',
    'pubsub.topics.publish projects/local/topics/mymlops-events-dead',
    'pubsub.subscriptions.consume projects/local/subscriptions/mymlops-events',
  ]);
});

test('with both, the last delivery is forwarded', async () => {
  const topic = await open(createRights(NAMES));
  await topic.fail(DELIVERIES);
  await eventually(() => topic.pending() === 0);
  expect(await topic.letters()).toHaveLength(1);
  expect(topic.deliveries).toHaveLength(DELIVERIES);
});

test.each(GRANTS.slice(0, 2))(
  'without $permission it is delivered again and again',
  async ({ permission, resource }) => {
    const agentGrants = GRANTS.filter((grant) => grant.permission !== permission || grant.resource !== resource);
    const topic = await open(createRights(NAMES, { agentGrants }));
    await topic.fail(DELIVERIES + 4);
    expect(topic.deliveries).toHaveLength(DELIVERIES + 4);
    expect(topic.pending()).toBe(1);
    expect(await topic.letters()).toEqual([]);
    expect(refusals()[0]?.fields).toMatchObject({ permission, resource });
    // Given later, the next failure forwards it.
    topic.give(createRights(NAMES));
    await topic.nextDelivery();
    await eventually(() => topic.pending() === 0);
    expect(await topic.letters()).toHaveLength(1);
  },
);
