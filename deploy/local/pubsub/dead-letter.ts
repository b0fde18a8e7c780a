// A message that was delivered too often without success.
import type { NewMessage, Pending, Subscription } from './state';

/** The message for the dead-letter topic, with the attributes that Google adds. */
export function deadLetterMessage({ settings }: Subscription, { message }: Pending, attempts: number): NewMessage {
  const [, project = '', , id = ''] = settings.name.split('/');
  const { data64, orderingKey } = message;
  const attributes = {
    ...message.attributes,
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: id,
    CloudPubSubDeadLetterSourceSubscriptionProject: project,
    CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishedAtMs).toISOString(),
  };
  return { data64, attributes, orderingKey };
}
