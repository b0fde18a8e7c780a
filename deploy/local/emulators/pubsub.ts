// Google's Pub/Sub emulator in place of our stand-in. It belongs to the user: we never start or stop it.
//
// It has no ordering keys and no deliveryAttempt in a push, repeats a failed push after 1 s and then with growing pauses,
// whatever the subscription says, and loses everything when it ends.
import type { PubsubServer, PullSubscription, PushSubscription } from '../shared/servers';
import { startPushReceiver, type PushReceiverOptions } from './push-receiver';
import { requireAnswer } from './rest';

/** The emulator refuses more; Google accepts 31 days. */
const LONGEST_RETENTION_SECONDS = 7 * 86_400;
/** An exit must not wait long for an emulator that hangs. */
const LEAVING_DEADLINE_MS = 2000;
const ALREADY_EXISTS = 409;

/** Throws if no Pub/Sub answers at `address`. */
export async function usePubsubEmulator(address: string, options: PushReceiverOptions): Promise<PubsubServer> {
  await requireAnswer(address, 'GET', '/v1/projects/local/topics?pageSize=1');
  const receiver = await startPushReceiver(options);
  const pushed = new Set<string>();

  const create = async (path: string, body: object): Promise<void> => {
    await requireAnswer(address, 'PUT', `/v1/${path}`, { body, also: [ALREADY_EXISTS] });
  };
  const pushTo = async (subscription: string, pushConfig: object, deadlineMs?: number): Promise<void> => {
    await requireAnswer(address, 'POST', `/v1/${subscription}:modifyPushConfig`, { body: { pushConfig }, deadlineMs });
  };

  return {
    address,
    createTopic: (project, id) => create(`projects/${project}/topics/${id}`, {}),
    createPullSubscription: (subscription) => create(nameOf(subscription), pullBody(subscription)),
    async createPushSubscription(subscription) {
      const name = nameOf(subscription);
      const pushConfig = { pushEndpoint: receiver.urlFor(subscription.topic, subscription.endpoint) };
      await create(name, { ...pushBody(subscription), pushConfig });
      // A subscription that existed still pushes to the address of an earlier local cloud.
      await pushTo(name, pushConfig);
      pushed.add(name);
    },
    async publish(project, topic, data) {
      const body = { messages: [{ data: data.toString('base64') }] };
      const answer = await requireAnswer(address, 'POST', `/v1/projects/${project}/topics/${topic}:publish`, { body });
      return String((answer.body['messageIds'] as unknown[] | undefined)?.[0] ?? '');
    },
    pending: receiver.inProgress,
    wake: () => undefined,
    /** Messages wait for the next local cloud: pushes to nobody would soon use up their delivery attempts. */
    async stopPushing() {
      receiver.stop();
      await Promise.all([...pushed].map((name) => pushTo(name, {}, LEAVING_DEADLINE_MS)));
    },
    close: receiver.close,
  };
}

const nameOf = ({ project, id }: PullSubscription): string => `projects/${project}/subscriptions/${id}`;

function pullBody({ project, topic, ackDeadlineSeconds, retentionSeconds }: PullSubscription): object {
  const retention = Math.min(retentionSeconds ?? LONGEST_RETENTION_SECONDS, LONGEST_RETENTION_SECONDS);
  return {
    topic: `projects/${project}/topics/${topic}`,
    ackDeadlineSeconds,
    messageRetentionDuration: `${retention}s`,
  };
}

function pushBody(subscription: PushSubscription): object {
  const { project, minimumBackoffSeconds, maximumBackoffSeconds, deadLetterTopic, maxDeliveryAttempts } = subscription;
  return {
    ...pullBody(subscription),
    retryPolicy: { minimumBackoff: `${minimumBackoffSeconds}s`, maximumBackoff: `${maximumBackoffSeconds}s` },
    ...(deadLetterTopic !== undefined && {
      deadLetterPolicy: { deadLetterTopic: `projects/${project}/topics/${deadLetterTopic}`, maxDeliveryAttempts },
    }),
  };
}
