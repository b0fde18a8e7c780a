// One push delivery: to a function in Eventarc's binary CloudEvent form, to any other endpoint as Pub/Sub's own push.
import type { ClientRequest, RequestOptions } from 'node:http';
import { eventHeaders, post, type PushOutcome } from '../shared/push-delivery';
import type { Pending, SubscriptionSettings } from './state';

const FUNCTIONS_HOST = 'functions';

export interface PushRequest {
  settings: SubscriptionSettings;
  endpoint: string;
  pending: Pending;
  functionsSocket: string;
  pushToken?: string | undefined;
}

/**
 * Sends `pending` to the subscription's endpoint before it returns. `done` is called once, with the endpoint's answer or
 * with the reason why there is none. To give up, the caller destroys the returned request.
 */
export function sendPush(
  { settings, endpoint, pending, functionsSocket, pushToken }: PushRequest,
  done: (outcome: PushOutcome) => void,
): ClientRequest {
  const url = new URL(endpoint);
  const isFunction = url.hostname === FUNCTIONS_HOST;
  const body = Buffer.from(JSON.stringify(pushBody(settings, pending)));
  const place: RequestOptions = isFunction ? { socketPath: functionsSocket } : { host: url.hostname, port: url.port };
  const headers = isFunction ? eventHeaders(pending.message, pushToken) : {};
  return post({ ...place, path: url.pathname + url.search, headers }, body, done);
}

function pushBody({ name, deadLetter }: SubscriptionSettings, { message, attempts }: Pending): unknown {
  const publishTime = new Date(message.publishedAtMs).toISOString();
  return {
    subscription: name,
    message: {
      data: message.data64,
      attributes: message.attributes,
      messageId: message.id,
      message_id: message.id,
      publishTime,
      publish_time: publishTime,
      orderingKey: message.orderingKey,
    },
    // As on Google: the subscriber sees the count only with a dead-letter policy.
    deliveryAttempt: deadLetter ? attempts + 1 : undefined,
  };
}
