// Subscriptions and messages as both transports carry them: JSON and decoded gRPC differ only in durations.
import { parseWith } from '@mymlops/protocol';
import * as z from 'zod';
import { PubsubError } from './limits';
import type { SubscriptionSettings } from './state';

const DEFAULT_ACK_DEADLINE_SECONDS = 10;
const DEFAULT_MINIMUM_BACKOFF_SECONDS = 10;
const DEFAULT_MAXIMUM_BACKOFF_SECONDS = 600;
const DEFAULT_MAX_DELIVERY_ATTEMPTS = 5;

const durationSeconds = z.union([
  z
    .string()
    .regex(/^\d+(\.\d+)?s$/)
    .transform((text) => Number.parseFloat(text)),
  z
    .object({ seconds: z.coerce.number().default(0), nanos: z.number().default(0) })
    .transform(({ seconds, nanos }) => seconds + nanos / 1e9),
]);

/** Every other field of a Subscription changes what is delivered: it must be refused, not ignored. */
const subscription = z.strictObject({
  name: z.string().optional(),
  topic: z.string(),
  pushConfig: z
    .strictObject({ pushEndpoint: z.string().optional(), attributes: z.record(z.string(), z.never()).optional() })
    .nullish(),
  ackDeadlineSeconds: z.number().int().optional(),
  retryPolicy: z
    .strictObject({ minimumBackoff: durationSeconds.nullish(), maximumBackoff: durationSeconds.nullish() })
    .nullish(),
  deadLetterPolicy: z
    .strictObject({ deadLetterTopic: z.string(), maxDeliveryAttempts: z.number().int().optional() })
    .nullish(),
});

const topic = z.strictObject({ name: z.string().optional() });

const publishBody = z.strictObject({
  messages: z.array(
    z.strictObject({
      data: z.string().default(''),
      attributes: z.record(z.string(), z.string()).default({}),
      orderingKey: z.string().optional(),
    }),
  ),
});

const pullBody = z.strictObject({ maxMessages: z.number().int(), returnImmediately: z.boolean().optional() });
const acknowledgeBody = z.strictObject({ ackIds: z.array(z.string()) });

/** Throws INVALID_ARGUMENT with every invalid or unsupported field. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = parseWith(schema, value);
  if (!parsed.ok) throw new PubsubError('INVALID_ARGUMENT', `not supported or malformed: ${parsed.error}`);
  return parsed.value;
}

export const readTopic = (value: unknown) => read(topic, value);
export const readPublish = (value: unknown) => read(publishBody, value);
export const readPull = (value: unknown) => read(pullBody, value);
export const readAcknowledge = (value: unknown) => read(acknowledgeBody, value);

/** Settings of the subscription `name`, with Google's defaults. */
export function readSubscription(name: string, value: unknown): SubscriptionSettings {
  const given = read(subscription, value);
  const { deadLetterPolicy, retryPolicy } = given;
  const endpoint = given.pushConfig?.pushEndpoint;
  return {
    name,
    topic: given.topic,
    ...(endpoint && { endpoint }),
    // gRPC sends 0 for "not set".
    ackDeadlineSeconds: given.ackDeadlineSeconds || DEFAULT_ACK_DEADLINE_SECONDS,
    minimumBackoffSeconds: retryPolicy?.minimumBackoff ?? DEFAULT_MINIMUM_BACKOFF_SECONDS,
    maximumBackoffSeconds: retryPolicy?.maximumBackoff ?? DEFAULT_MAXIMUM_BACKOFF_SECONDS,
    ...(deadLetterPolicy && {
      deadLetter: {
        topic: deadLetterPolicy.deadLetterTopic,
        maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts || DEFAULT_MAX_DELIVERY_ATTEMPTS,
      },
    }),
  };
}

/** A Subscription resource; `duration` writes seconds as the transport does. */
export function subscriptionResource(settings: SubscriptionSettings, duration: (seconds: number) => unknown) {
  const { deadLetter } = settings;
  return {
    name: settings.name,
    topic: settings.topic,
    pushConfig: settings.endpoint === undefined ? {} : { pushEndpoint: settings.endpoint },
    ackDeadlineSeconds: settings.ackDeadlineSeconds,
    retryPolicy: {
      minimumBackoff: duration(settings.minimumBackoffSeconds),
      maximumBackoff: duration(settings.maximumBackoffSeconds),
    },
    ...(deadLetter && {
      deadLetterPolicy: { deadLetterTopic: deadLetter.topic, maxDeliveryAttempts: deadLetter.maxDeliveryAttempts },
    }),
    state: 'ACTIVE',
  };
}
