// What Google's Pub/Sub refuses. https://cloud.google.com/pubsub/quotas
import { checkMessages, checkName, checkSettings, resourceName } from '../../../../deploy/local/pubsub/limits';
import type { NewMessage, SubscriptionSettings } from '../../../../deploy/local/pubsub/state';

const message = (overrides: Partial<NewMessage> = {}): NewMessage => ({ data64: 'YQ==', attributes: {}, ...overrides });
const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']));
const TOPIC = 'projects/local/topics/things';

test.each(['abc', 'a.b_c~d+e%f-', 'A23', 'a'.repeat(255)])('%s is an id', (id) => {
  expect(resourceName('local', 'topics', id)).toBe(`projects/local/topics/${id}`);
});

test.each(['ab', '1abc', 'google', 'a b', 'a/b', 'a'.repeat(256), ''])('%j is not an id', (id) => {
  expect(() => resourceName('local', 'topics', id)).toThrow();
});

test.each(['projects/local/subscriptions/abc', 'projects/L/topics/abc', 'projects/local/topics/abc/d', 'abc'])(
  '%s is not the name of a topic',
  (name) => expect(() => checkName(name, 'topics')).toThrow('not a name of the form'),
);

test.each<[string, NewMessage[]]>([
  ['data', [message()]],
  ['an attribute without data', [message({ data64: '', attributes: { a: '' } })]],
  ['100 attributes', [message({ attributes: attributes(100) })]],
  ['1000 messages', Array.from({ length: 1000 }, () => message())],
])('%s is accepted', (_what, messages) => {
  expect(() => checkMessages(TOPIC, messages)).not.toThrow();
});

test.each<[string, NewMessage[], string]>([
  ['no message', [], 'at least one message'],
  ['1001 messages', Array.from({ length: 1001 }, () => message()), 'over 1000 messages'],
  ['nothing in a message', [message({ data64: '' })], 'needs data or at least one attribute'],
  ['other text than base64', [message({ data64: '{' })], 'not base64'],
  ['101 attributes', [message({ attributes: attributes(101) })], 'over 100 attributes'],
  ['an empty key', [message({ attributes: { '': 'v' } })], 'attribute key of 0 bytes'],
  ['a long key', [message({ attributes: { ['k'.repeat(257)]: 'v' } })], 'attribute key of 257 bytes'],
  ['a long value', [message({ attributes: { k: 'é'.repeat(513) } })], 'value of attribute k has 1026 bytes'],
  ['a long ordering key', [message({ orderingKey: 'k'.repeat(1025) })], 'ordering key is too long'],
  ['two ordering keys', [message({ orderingKey: 'a' }), message({ orderingKey: 'b' })], 'the same ordering key'],
  ['over 10 MB', [message({ data64: 'A'.repeat(13_400_000) })], 'over 10000000 bytes'],
])('%s is refused', (_what, messages, error) => {
  expect(() => checkMessages(TOPIC, messages)).toThrow(error);
});

const settings = (overrides: Partial<SubscriptionSettings> = {}): SubscriptionSettings => ({
  ...{ name: 'projects/local/subscriptions/things', topic: TOPIC, endpoint: 'http://functions/handle' },
  ...{ ackDeadlineSeconds: 10, minimumBackoffSeconds: 0, maximumBackoffSeconds: 600 },
  ...overrides,
});
const deadLetter = (maxDeliveryAttempts: number) => ({ topic: TOPIC, maxDeliveryAttempts });

test.each<[string, Partial<SubscriptionSettings>]>([
  ['a loopback endpoint', { endpoint: 'http://127.0.0.1:8080/x' }],
  ['no endpoint', { endpoint: undefined }],
  ['5 attempts', { deadLetter: deadLetter(5) }],
  ['100 attempts', { deadLetter: deadLetter(100) }],
])('a subscription with %s is accepted', (_what, overrides) => {
  expect(() => checkSettings(settings(overrides))).not.toThrow();
});

test.each<[string, Partial<SubscriptionSettings>, string]>([
  ['a public endpoint', { endpoint: 'https://example.org/' }, 'pushEndpoint is neither'],
  ['a short ack deadline', { ackDeadlineSeconds: 9 }, 'ackDeadlineSeconds'],
  ['a long ack deadline', { ackDeadlineSeconds: 601 }, 'ackDeadlineSeconds'],
  ['a long back-off', { maximumBackoffSeconds: 601 }, 'maximumBackoff'],
  ['back-offs the wrong way round', { minimumBackoffSeconds: 2, maximumBackoffSeconds: 1 }, 'over maximumBackoff'],
  ['4 attempts', { deadLetter: deadLetter(4) }, 'maxDeliveryAttempts'],
  ['101 attempts', { deadLetter: deadLetter(101) }, 'maxDeliveryAttempts'],
  ['half an attempt', { deadLetter: deadLetter(5.5) }, 'maxDeliveryAttempts'],
  [
    'dead letters of a pull subscription',
    { endpoint: undefined, deadLetter: deadLetter(5) },
    'push subscriptions only',
  ],
])('a subscription with %s is refused', (_what, overrides, error) => {
  expect(() => checkSettings(settings(overrides))).toThrow(error);
});
