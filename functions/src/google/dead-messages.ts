// Pub/Sub behind the DeadMessages port: dead-letter subscriptions are pulled, one call at a time.
import {
  callDeadlineMs,
  lazily,
  pubsubHeaders,
  pubsubOptions,
  withDeadline,
  withPermissionsNamed,
} from '@mymlops/google';
import {
  deadLetterOf,
  PUBSUB_CALLS,
  subscriptionName,
  type Endpoints,
  type Names,
  type PubsubCall,
} from '@mymlops/protocol';
import type { DeadMessage, DeadMessages } from '../ports/dead-messages';

/** Set by Pub/Sub: when the message was published first. */
const PUBLISHED = 'CloudPubSubDeadLetterSourceTopicPublishTime';

export function openDeadMessages(names: Names, local: () => Endpoints | undefined): DeadMessages {
  const connect = lazily(() => openSubscriber(names, local()));
  const pathOf = (topic: keyof Names['topics']): string =>
    subscriptionName(names.project, deadLetterOf(names.topics[topic]));
  const within = <T>(method: PubsubCall, on: string, call: Promise<T>): Promise<T> =>
    withPermissionsNamed(
      { permissions: PUBSUB_CALLS[method], on },
      withDeadline(`Pub/Sub ${method.toLowerCase()}`, callDeadlineMs(local()), call),
    );
  return {
    async pull(topic, max) {
      const { subscriber, options } = await connect();
      // Returns at once also where nothing waits: a sweep has no time to listen.
      const request = { subscription: pathOf(topic), maxMessages: max, returnImmediately: true };
      const [answer] = await within('Pull', request.subscription, subscriber.pull(request, options));
      return (answer.receivedMessages ?? []).map(deadMessageOf);
    },
    async acknowledge(topic, ackIds) {
      const { subscriber, options } = await connect();
      const subscription = pathOf(topic);
      await within('Acknowledge', subscription, subscriber.acknowledge({ subscription, ackIds }, options));
    },
  };
}

interface RawReceived {
  ackId?: string | null;
  message?: {
    data?: Uint8Array | string | null;
    attributes?: Record<string, string> | null;
    messageId?: string | null;
    publishTime?: { seconds?: unknown; nanos?: unknown } | null;
  } | null;
}

function deadMessageOf({ ackId, message }: RawReceived): DeadMessage {
  const attributes = { ...message?.attributes };
  const died = new Date(Number(message?.publishTime?.seconds ?? 0) * 1000);
  const first = new Date(attributes[PUBLISHED] ?? NaN);
  return {
    ackId: ackId ?? '',
    id: message?.messageId ?? '',
    publishedAt: (Number.isNaN(first.getTime()) ? died : first).toISOString(),
    text: Buffer.from(message?.data ?? '').toString('utf8'),
    attributes,
  };
}

async function openSubscriber(names: Names, endpoints: Endpoints | undefined) {
  const library = await import('./libraries/pubsub');
  const subscriber = new library.SubscriberClient(pubsubOptions(library, names, endpoints));
  return { subscriber, options: { otherArgs: { headers: pubsubHeaders(endpoints) } } };
}
