// The parts of a deployment.
import { deploymentSettings, namesOf, parseWith } from '@mymlops/protocol';
import { createDeployment } from '../../../../deploy/local/functions/deployment';
import type { PubsubServer, PullSubscription, PushSubscription } from '../../../../deploy/local/shared/servers';
import { BUCKETS } from '../../../fakes/buckets';

async function deployed() {
  const topics: string[] = [];
  const pushed: PushSubscription[] = [];
  const pulled: PullSubscription[] = [];
  const buckets: string[] = [];
  const pubsub = {
    createTopic: (project: string, id: string) => void topics.push(`${project}/${id}`),
    createPushSubscription(subscription: PushSubscription) {
      expect(topics).toContain(`local/${subscription.topic}`);
      if (subscription.deadLetterTopic) expect(topics).toContain(`local/${subscription.deadLetterTopic}`);
      pushed.push(subscription);
    },
    createPullSubscription: (subscription: PullSubscription) => void pulled.push(subscription),
  } as Partial<PubsubServer> as PubsubServer;
  const written: { name: string; value: object; after: string[] }[] = [];
  await createDeployment(namesOf('local', 'd'), BUCKETS, {
    pubsub,
    storage: { ensureBucket: (name) => void buckets.push(name) },
    firestore: {
      setDocument: (name, value) => void written.push({ name, value, after: [...topics, ...buckets] }),
    },
  });
  return { topics, pushed, pulled, buckets, written };
}

test('each topic is pushed to its function', async () => {
  const { pushed } = await deployed();
  expect(pushed.map(({ topic, endpoint }) => `${topic} ${endpoint}`)).toEqual([
    'd-requests http://functions/request',
    'd-events http://functions/event',
    'd-sweeps http://functions/sweep',
  ]);
});

test('requests and events have dead letters, kept for a month; ticks have none and end after ten minutes', async () => {
  const { pushed, pulled } = await deployed();
  const dead = pushed.flatMap(({ deadLetterTopic, maxDeliveryAttempts }) =>
    deadLetterTopic ? [`${deadLetterTopic} after ${maxDeliveryAttempts}`] : [],
  );
  expect(dead).toHaveLength(2);
  expect(dead.every((text) => text.endsWith('after 100'))).toBe(true);
  expect(pulled.map(({ topic }) => topic)).toEqual(dead.map((text) => text.split(' ')[0]));
  expect(pulled.map(({ retentionSeconds }) => retentionSeconds)).toEqual([2_678_400, 2_678_400]);
  expect(pushed.map(({ retentionSeconds }) => retentionSeconds)).toEqual([undefined, undefined, 600]);
});

test('both buckets exist afterwards', async () => {
  expect((await deployed()).buckets).toEqual([BUCKETS.results, BUCKETS.live]);
});

test('the settings are written last, and a client can read them', async () => {
  const { topics, buckets, written } = await deployed();
  expect(written).toEqual([
    {
      name: 'projects/local/databases/d-runs/documents/deployment/settings',
      value: expect.anything() as object,
      after: [...topics, ...buckets],
    },
  ]);
  expect(parseWith(deploymentSettings, written[0]?.value)).toMatchObject({ ok: true, value: { buckets: BUCKETS } });
});
