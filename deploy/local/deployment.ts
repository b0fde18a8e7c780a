// What `terraform apply` makes on Google: topics, subscriptions that push to the functions, dead letters, the bucket.
import type { Names } from '@mymlops/protocol';
import { deadLetterOf } from '@mymlops/protocol';
import type { PubsubService } from './pubsub';
import type { StorageService } from './storage';

const ACK_DEADLINE_SECONDS = 600;
// Google retries after 10 s to 600 s; here somebody waits in front of the screen.
const MINIMUM_BACKOFF_SECONDS = 0.2;
const MAXIMUM_BACKOFF_SECONDS = 60;
const MAX_DELIVERY_ATTEMPTS = 100;

/** Creates the deployment; a part that exists stays. */
export function createDeployment(names: Names, pubsub: PubsubService, storage: StorageService): void {
  const { project, topics, bucket } = names;
  const entryPoints = { requests: 'request', events: 'event', sweeps: 'sweep' } as const;
  for (const key of ['requests', 'events', 'sweeps'] as const) {
    const topic = topics[key];
    const deadLetterTopic = deadLetterOf(topic);
    const common = { project, ackDeadlineSeconds: ACK_DEADLINE_SECONDS };
    pubsub.createTopic(project, topic);
    pubsub.createTopic(project, deadLetterTopic);
    pubsub.createPullSubscription({ ...common, id: deadLetterTopic, topic: deadLetterTopic });
    pubsub.createPushSubscription({
      ...common,
      id: topic,
      topic,
      deadLetterTopic,
      maxDeliveryAttempts: MAX_DELIVERY_ATTEMPTS,
      endpoint: `http://functions/${entryPoints[key]}`,
      minimumBackoffSeconds: MINIMUM_BACKOFF_SECONDS,
      maximumBackoffSeconds: MAXIMUM_BACKOFF_SECONDS,
    });
  }
  storage.ensureBucket(bucket);
}
