// A dead letter: the message as it was, and Google's attributes about its delivery.
import { deadLetterMessage } from '../../../../deploy/local/pubsub/dead-letter';
import type { Pending, Subscription } from '../../../../deploy/local/pubsub/state';

test('data, attributes and ordering key stay; where it came from is added', () => {
  const settings = { name: 'projects/local/subscriptions/requests' };
  const message = {
    ...{ id: '7', topic: 'projects/local/topics/requests', publishedAtMs: Date.UTC(2026, 0, 2) },
    ...{ data64: 'YQ==', attributes: { kind: 'commit' }, orderingKey: 'run' },
  };
  const pending: Pending = { message, attempts: 4, leasedUntilMs: 0 };
  expect(deadLetterMessage({ settings } as Subscription, pending, 5)).toEqual({
    data64: 'YQ==',
    orderingKey: 'run',
    attributes: {
      kind: 'commit',
      CloudPubSubDeadLetterSourceDeliveryCount: '5',
      CloudPubSubDeadLetterSourceSubscription: 'requests',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'local',
      CloudPubSubDeadLetterSourceTopicPublishTime: '2026-01-02T00:00:00.000Z',
    },
  });
});
