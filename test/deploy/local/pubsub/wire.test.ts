// Subscriptions as REST and gRPC send them, with Google's defaults.
import { readPublish, readSubscription, subscriptionResource } from '../../../../deploy/local/pubsub/wire';

const NAME = 'projects/local/subscriptions/things';
const TOPIC = 'projects/local/topics/things';
const DEFAULTS = {
  ...{ name: NAME, topic: TOPIC },
  ...{ ackDeadlineSeconds: 10, minimumBackoffSeconds: 10, maximumBackoffSeconds: 600 },
};

test.each<[string, object, object]>([
  ['the defaults', {}, {}],
  [
    "gRPC's zeros and nulls",
    { ackDeadlineSeconds: 0, retryPolicy: null, deadLetterPolicy: null, pushConfig: null },
    {},
  ],
  ['an empty endpoint: it is pulled', { pushConfig: { pushEndpoint: '' } }, {}],
  [
    'durations as text',
    { retryPolicy: { minimumBackoff: '1.5s', maximumBackoff: '20s' } },
    { minimumBackoffSeconds: 1.5, maximumBackoffSeconds: 20 },
  ],
  [
    'durations as messages',
    { retryPolicy: { minimumBackoff: { seconds: '1', nanos: 5e8 }, maximumBackoff: { seconds: 20 } } },
    { minimumBackoffSeconds: 1.5, maximumBackoffSeconds: 20 },
  ],
  [
    '5 attempts by default',
    { deadLetterPolicy: { deadLetterTopic: TOPIC } },
    { deadLetter: { topic: TOPIC, maxDeliveryAttempts: 5 } },
  ],
])('%s', (_what, given, expected) => {
  expect(readSubscription(NAME, { topic: TOPIC, ...given })).toEqual({ ...DEFAULTS, ...expected });
});

test.each<[string, object]>([
  ['filter', { filter: 'attributes.a = "b"' }],
  ['enableMessageOrdering', { enableMessageOrdering: true }],
  ['pushConfig.oidcToken', { pushConfig: { oidcToken: {} } }],
  ['a duration without its unit', { retryPolicy: { minimumBackoff: '10' } }],
])('%s is refused, because it would change what is delivered', (_what, given) => {
  expect(() => readSubscription(NAME, { topic: TOPIC, ...given })).toThrow('not supported or malformed');
});

test('a subscription is read from what it is written as', () => {
  const settings = {
    ...DEFAULTS,
    endpoint: 'http://functions/x',
    deadLetter: { topic: TOPIC, maxDeliveryAttempts: 7 },
  };
  const { state, ...resource } = subscriptionResource(settings, (seconds) => `${seconds}s`);
  expect(state).toBe('ACTIVE');
  expect(readSubscription(NAME, resource)).toEqual(settings);
});

test('a message without data and attributes is read as an empty one', () => {
  expect(readPublish({ messages: [{}] })).toEqual({ messages: [{ data: '', attributes: {} }] });
});
