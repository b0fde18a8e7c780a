// The parts of a deployment.
import { namesOf } from '@mymlops/protocol';
import { createDeployment } from '../../../../deploy/local/functions/deployment';
import type { PubsubServer, PullSubscription, PushSubscription } from '../../../../deploy/local/shared/servers';

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
  await createDeployment(namesOf('local', 'd'), pubsub, { ensureBucket: (name) => void buckets.push(name) });
  return { topics, pushed, pulled, buckets };
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

test('the bucket exists afterwards', async () => {
  expect((await deployed()).buckets).toEqual([namesOf('local', 'd').bucket]);
});
