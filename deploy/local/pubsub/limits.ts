// Refusals of Google's Pub/Sub: its errors, and its limits on names, messages and settings (pubsub/quotas). Google's own
// emulator does not enforce most of them.
import type { NewMessage, SubscriptionSettings } from './state';

export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'PERMISSION_DENIED';

/** A refused call; each transport maps `code` to its own status. */
export class PubsubError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const MAX_PUBLISH_BYTES = 10_000_000;
export const MAX_REQUEST_MESSAGES = 1000;
const MAX_ATTRIBUTES = 100;
const MAX_ATTRIBUTE_KEY_BYTES = 256;
const MAX_ATTRIBUTE_VALUE_BYTES = 1024;
const MAX_ORDERING_KEY_BYTES = 1024;

const PROJECT = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const RESOURCE_ID = /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const FUNCTION_ENDPOINT = /^http:\/\/functions\/[A-Za-z][A-Za-z0-9_-]*$/;
const LOOPBACK_ENDPOINT = /^http:\/\/127\.0\.0\.1:\d{1,5}\/\S*$/;

export type Collection = 'topics' | 'subscriptions';

/** Full name of a topic or subscription. Throws PubsubError for an id that Google refuses. */
export function resourceName(project: string, collection: Collection, id: string): string {
  const name = `projects/${project}/${collection}/${id}`;
  checkName(name, collection);
  return name;
}

export function checkName(name: string, collection: Collection): void {
  const [projects, project = '', kind, id = '', ...rest] = name.split('/');
  const isName = projects === 'projects' && kind === collection && rest.length === 0;
  refuseUnless(isName && PROJECT.test(project), `not a name of the form projects/P/${collection}/ID: ${name}`);
  refuseUnless(
    RESOURCE_ID.test(id),
    `not an id (3 to 255 letters, digits or -._~+%, a letter first, not goog...): ${id}`,
  );
}

/** Checks the messages of one publish request. */
export function checkMessages(topic: string, messages: readonly NewMessage[]): void {
  refuseUnless(messages.length > 0, 'a publish request needs at least one message');
  refuseUnless(messages.length <= MAX_REQUEST_MESSAGES, `over ${MAX_REQUEST_MESSAGES} messages in a request`);
  for (const message of messages) checkMessage(message);
  const keys = new Set(messages.map((message) => message.orderingKey ?? ''));
  refuseUnless(keys.size === 1, 'all messages of a request need the same ordering key');
  const bytes = messages.reduce((sum, message) => sum + messageBytes(message), topic.length);
  refuseUnless(bytes <= MAX_PUBLISH_BYTES, `the request is over ${MAX_PUBLISH_BYTES} bytes`);
}

function checkMessage({ data64, attributes, orderingKey }: NewMessage): void {
  const entries = Object.entries(attributes);
  refuseUnless(BASE64.test(data64), 'data is not base64');
  refuseUnless(data64 !== '' || entries.length > 0, 'a message needs data or at least one attribute');
  refuseUnless(entries.length <= MAX_ATTRIBUTES, `over ${MAX_ATTRIBUTES} attributes`);
  for (const [key, value] of entries) {
    const keyBytes = Buffer.byteLength(key);
    refuseUnless(keyBytes > 0 && keyBytes <= MAX_ATTRIBUTE_KEY_BYTES, `attribute key of ${keyBytes} bytes`);
    const valueBytes = Buffer.byteLength(value);
    refuseUnless(valueBytes <= MAX_ATTRIBUTE_VALUE_BYTES, `value of attribute ${key} has ${valueBytes} bytes`);
  }
  refuseUnless(Buffer.byteLength(orderingKey ?? '') <= MAX_ORDERING_KEY_BYTES, 'the ordering key is too long');
}

function messageBytes({ data64, attributes, orderingKey }: NewMessage): number {
  const texts = [...Object.entries(attributes).flat(), orderingKey ?? ''];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Buffer.byteLength(data64, 'base64'));
}

/** Checks a subscription's own values; broker.ts checks that its topics exist. */
export function checkSettings(settings: SubscriptionSettings): void {
  checkName(settings.name, 'subscriptions');
  checkName(settings.topic, 'topics');
  const { endpoint, ackDeadlineSeconds, minimumBackoffSeconds, maximumBackoffSeconds, deadLetter } = settings;
  refuseUnless(
    endpoint === undefined || FUNCTION_ENDPOINT.test(endpoint) || LOOPBACK_ENDPOINT.test(endpoint),
    `pushEndpoint is neither http://functions/ENTRY-POINT nor http://127.0.0.1:PORT/...: ${endpoint}`,
  );
  refuseUnless(isWithin(ackDeadlineSeconds, 10, 600), 'ackDeadlineSeconds is outside 10 to 600');
  refuseUnless(isWithin(minimumBackoffSeconds, 0, 600), 'minimumBackoff is outside 0 to 600 s');
  refuseUnless(isWithin(maximumBackoffSeconds, 0, 600), 'maximumBackoff is outside 0 to 600 s');
  refuseUnless(minimumBackoffSeconds <= maximumBackoffSeconds, 'minimumBackoff is over maximumBackoff');
  if (!deadLetter) return;
  checkName(deadLetter.topic, 'topics');
  const attempts = deadLetter.maxDeliveryAttempts;
  refuseUnless(Number.isInteger(attempts) && isWithin(attempts, 5, 100), 'maxDeliveryAttempts is outside 5 to 100');
  refuseUnless(endpoint !== undefined, 'the local cloud dead-letters push subscriptions only');
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function refuseUnless(condition: boolean, message: string): void {
  if (!condition) throw new PubsubError('INVALID_ARGUMENT', message);
}
