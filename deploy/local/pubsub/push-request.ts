// One push delivery as it travels: to a function in Eventarc's binary CloudEvent form, elsewhere as Pub/Sub's own push.
import { request, type ClientRequest, type RequestOptions } from 'node:http';
import type { Message, Pending, SubscriptionSettings } from './state';

const FUNCTIONS_HOST = 'functions';

/** `unreachable`: no connection came about, so nobody saw the message. `failed`: somebody may have. */
export type Outcome =
  { kind: 'delivered' } | { kind: 'unreachable'; cause: string } | { kind: 'failed'; cause: string };

/**
 * Sends `pending` to the subscription's endpoint, in this turn. `done` is called once, with the answer or what stood in
 * for one. The caller ends the returned request to give up.
 */
export function sendPush(
  settings: SubscriptionSettings,
  endpoint: string,
  pending: Pending,
  functionsSocket: string,
  done: (outcome: Outcome) => void,
): ClientRequest {
  const url = new URL(endpoint);
  const isFunction = url.hostname === FUNCTIONS_HOST;
  const body = Buffer.from(JSON.stringify(pushBody(settings, pending)));
  const place: RequestOptions = isFunction ? { socketPath: functionsSocket } : { host: url.hostname, port: url.port };
  const headers = isFunction ? eventHeaders(pending.message) : {};
  return post({ ...place, path: url.pathname + url.search, headers }, body, done);
}

/** Posts JSON; `done` is called once. The caller ends the returned request to give up. */
export function post(
  target: Pick<RequestOptions, 'socketPath' | 'host' | 'port' | 'path'> & { headers: Record<string, string> },
  body: Buffer,
  done: (outcome: Outcome) => void,
): ClientRequest {
  const outgoing = request({
    ...target,
    method: 'POST',
    // A connection each: a kept one may die with the functions' process just when a message is written to it.
    agent: false,
    headers: { ...target.headers, 'content-type': 'application/json', 'content-length': body.length },
  });
  outgoing.once('response', (response) => {
    response.on('error', () => undefined).resume(); // the status line is the answer
    const status = response.statusCode ?? 0;
    done(status >= 200 && status < 300 ? { kind: 'delivered' } : { kind: 'failed', cause: `HTTP ${status}` });
  });
  // Stays on: destroying the request after the answer may emit another error, which nobody has to hear.
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    const isUnreachable = error.syscall === 'connect';
    done({ kind: isUnreachable ? 'unreachable' : 'failed', cause: error.message });
  });
  outgoing.end(body);
  return outgoing;
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
    // As on Google: counted for the subscriber's eyes only where there is a dead-letter policy.
    deliveryAttempt: deadLetter ? attempts + 1 : undefined,
  };
}

/** What Eventarc says of a message; `topic` is its full name. */
export function eventHeaders(message: Pick<Message, 'id' | 'topic' | 'publishedAtMs'>): Record<string, string> {
  return {
    'ce-id': message.id,
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': `//pubsub.googleapis.com/${message.topic}`,
    'ce-specversion': '1.0',
    'ce-time': new Date(message.publishedAtMs).toISOString(),
  };
}
