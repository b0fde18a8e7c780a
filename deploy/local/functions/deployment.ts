// Creates what `terraform apply` creates on Google: topics, push subscriptions, dead-letter topics, buckets, and last the settings
// that tell of them.
import type { BucketNames, DeploymentSettings, Names } from '@mymlops/protocol';
import { deadLetterOf, DEPLOYMENT_SETTINGS, oldestPartner, VERSION } from '@mymlops/protocol';
import type { FirestoreServer, PubsubServer, PushSubscription, StorageServer } from '../shared/servers';

const ACK_DEADLINE_SECONDS = 600;
// Google retries after 10 s to 600 s; here a user is waiting.
const MINIMUM_BACKOFF_SECONDS = 0.2;
// As on Google: 100 tries take about 16 h. A commit that was acknowledged must get its document even if the functions
// fail for a whole evening. Nobody has to wait for the next try: a start of the local cloud delivers at once.
const MAXIMUM_BACKOFF_SECONDS = 600;
const MAX_DELIVERY_ATTEMPTS = 100;
/** The longest time that Google keeps a message. */
const DEAD_LETTER_RETENTION_SECONDS = 31 * 86_400;
/** The shortest time that Google keeps a message. All ticks are equal: the next one makes up for a lost one. */
const TICK_RETENTION_SECONDS = 600;

export interface DeploymentServices {
  firestore: Pick<FirestoreServer, 'setDocument'>;
  pubsub: PubsubServer;
  storage: Pick<StorageServer, 'ensureBucket'>;
}

/** Creates the deployment; parts that exist stay. */
export async function createDeployment(
  { project, database, topics }: Names,
  buckets: BucketNames,
  { firestore, pubsub, storage }: DeploymentServices,
): Promise<void> {
  const push = async (topic: string, entryPoint: string, more: Partial<PushSubscription>): Promise<void> => {
    await pubsub.createTopic(project, topic);
    await pubsub.createPushSubscription({
      project,
      id: topic,
      topic,
      endpoint: `http://functions/${entryPoint}`,
      ackDeadlineSeconds: ACK_DEADLINE_SECONDS,
      minimumBackoffSeconds: MINIMUM_BACKOFF_SECONDS,
      maximumBackoffSeconds: MAXIMUM_BACKOFF_SECONDS,
      ...more,
    });
  };
  const pushWithDeadLetters = async (topic: string, entryPoint: string): Promise<void> => {
    const deadLetterTopic = deadLetterOf(topic);
    await pubsub.createTopic(project, deadLetterTopic);
    await pubsub.createPullSubscription({
      project,
      id: deadLetterTopic,
      topic: deadLetterTopic,
      ackDeadlineSeconds: ACK_DEADLINE_SECONDS,
      retentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
    });
    await push(topic, entryPoint, { deadLetterTopic, maxDeliveryAttempts: MAX_DELIVERY_ATTEMPTS });
  };
  await pushWithDeadLetters(topics.requests, 'request');
  await pushWithDeadLetters(topics.events, 'event');
  await push(topics.sweeps, 'sweep', { retentionSeconds: TICK_RETENTION_SECONDS });
  for (const name of [buckets.results, buckets.live]) storage.ensureBucket(name);
  const settings = {
    v: 1,
    buckets: { ...buckets },
    topics: { ...topics },
    version: VERSION,
    oldestClient: oldestPartner(VERSION),
  } satisfies DeploymentSettings;
  await firestore.setDocument(`projects/${project}/databases/${database}/documents/${DEPLOYMENT_SETTINGS}`, settings);
}
