// Pub/Sub's REST API, which the agent calls with curl, and people by hand.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { withAuth, HttpError, readJson, sendJson } from '../shared/http';
import type { Broker, Received } from './broker';
import type { ApiContext } from './api-context';
import { MAX_PUBLISH_BYTES, PubsubError, type ErrorCode } from './limits';
import { checkRights, type Method } from './permissions';
import { readAcknowledge, readPublish, readPull, readSubscription, readTopic, subscriptionResource } from './wire';

const RESOURCE_PATH = /^\/v1\/(projects\/[^/:]+\/(topics|subscriptions)\/[^/:]+)(:[A-Za-z]+)?$/;

// Base64 and JSON around the largest allowed request, with room to spare.
const MAX_BODY_BYTES = 2 * MAX_PUBLISH_BYTES;

const ERRORS: Record<ErrorCode, { status: number; reason: string }> = {
  INVALID_ARGUMENT: { status: 400, reason: 'badRequest' },
  NOT_FOUND: { status: 404, reason: 'notFound' },
  ALREADY_EXISTS: { status: 409, reason: 'alreadyExists' },
  FAILED_PRECONDITION: { status: 400, reason: 'failedPrecondition' },
  RESOURCE_EXHAUSTED: { status: 507, reason: 'insufficientStorage' },
  PERMISSION_DENIED: { status: 403, reason: 'forbidden' },
};

type Call = (broker: Broker, name: string, body: Record<string, unknown>) => unknown;

const METHODS: Record<string, Method> = {
  'PUT topics': 'CreateTopic',
  'GET topics': 'GetTopic',
  'POST topics:publish': 'Publish',
  'PUT subscriptions': 'CreateSubscription',
  'GET subscriptions': 'GetSubscription',
  'POST subscriptions:pull': 'Pull',
  'POST subscriptions:acknowledge': 'Acknowledge',
};

const CALLS: Record<Method, Call> = {
  CreateTopic(broker, name, body) {
    readTopic(body);
    broker.createTopic(name);
    return { name };
  },
  GetTopic: (broker, name) => ({ name: broker.getTopic(name) }),
  Publish(broker, topic, body) {
    const messages = readPublish(body).messages.map(({ data, ...rest }) => ({ data64: data, ...rest }));
    return { messageIds: broker.publish(topic, messages) };
  },
  CreateSubscription(broker, name, body) {
    broker.createSubscription(readSubscription(name, body));
    return subscription(broker, name);
  },
  GetSubscription: subscription,
  Pull(broker, name, body) {
    const received = broker.pull(name, readPull(body).maxMessages);
    return received.length > 0 ? { receivedMessages: received.map(receivedMessage) } : {};
  },
  Acknowledge(broker, name, body) {
    broker.acknowledge(name, readAcknowledge(body).ackIds);
    return {};
  },
};

/** A request, read once from its raw target: the caller's rights and the effect must use the same name. */
interface Target {
  method: string;
  path: string;
  name: string;
  /** Undefined for an unknown call. */
  call: Method | undefined;
}

function targetOf({ method = '', url = '' }: IncomingMessage): Target {
  const path = url.split('?', 1)[0] ?? '';
  const [, name = '', collection = '', verb = ''] = RESOURCE_PATH.exec(path) ?? [];
  return { method, path, name, call: METHODS[`${method} ${collection}${verb}`] };
}

export function createPubsubRestApi(context: ApiContext): RequestListener {
  const { broker, auth, log } = context;
  return withAuth(auth, log, async (request: IncomingMessage, response: ServerResponse, _url, caller) => {
    const { call, name, method, path } = targetOf(request);
    if (!call) {
      const asked = `${method} ${path}`;
      log('ERROR', 'unsupported call', { service: 'pubsub', call: asked });
      throw new HttpError(501, 'notImplemented', `the local cloud has no Pub/Sub call ${asked}`);
    }
    withHttpErrors(() => checkRights(context, caller, call, name));
    const body = await readJson(request, MAX_BODY_BYTES);
    sendJson(
      response,
      200,
      withHttpErrors(() => CALLS[call](broker, name, body)),
    );
  });
}

function withHttpErrors<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof PubsubError)) throw error;
    const { status, reason } = ERRORS[error.code];
    throw new HttpError(status, reason, error.message, error.code);
  }
}

function subscription(broker: Broker, name: string): unknown {
  return subscriptionResource(broker.getSubscription(name), (seconds) => `${seconds}s`);
}

function receivedMessage({ ackId, message }: Received): unknown {
  const { data64, attributes, id, publishedAtMs, orderingKey } = message;
  const publishTime = new Date(publishedAtMs).toISOString();
  return { ackId, message: { data: data64, attributes, messageId: id, publishTime, orderingKey } };
}
