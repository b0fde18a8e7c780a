// A message that was delivered too often without success.
import type { Need, Rights } from '../shared/rights';
import { PUBSUB_AGENT } from '../shared/service-agents';
import type { NewMessage, Pending, Subscription, SubscriptionSettings } from './state';

/**
 * The first right that Pub/Sub's own account lacks to move a subscription's dead letters; undefined if none. Without it Google delivers
 * again, over the limit, and says nothing: https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
 */
export function lackingToForward(
  rights: Rights,
  { name, deadLetter }: SubscriptionSettings,
): { permission: string; resource: string } | undefined {
  const needs: Need[] = [
    { permissions: ['pubsub.topics.publish'], on: deadLetter?.topic ?? '' },
    { permissions: ['pubsub.subscriptions.consume'], on: name },
  ];
  for (const need of needs) {
    const permission = rights.lacking({ identity: PUBSUB_AGENT }, need);
    if (permission !== undefined) return { permission, resource: need.on };
  }
  return undefined;
}

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
