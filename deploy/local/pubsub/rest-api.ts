// Pub/Sub's REST face: what agent.sh calls with curl, and a person by hand.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Guard } from '../guard';
import { guarded, HttpError, readJson, sendJson } from '../http';
import type { Log } from '../log';
import type { Broker, Received } from './broker';
import { MAX_REQUEST_BYTES, PubsubError, type ErrorCode } from './limits';
import { OWNER_ONLY, publishRoles } from './roles';
import { readAcknowledge, readPublish, readPull, readSubscription, readTopic, subscriptionResource } from './wire';

const RESOURCE_PATH = /^\/v1\/(projects\/[^/:]+\/(topics|subscriptions)\/[^/:]+)(:[A-Za-z]+)?$/;

// Base64 and JSON around the largest request that passes, with room to spare.
const MAX_BODY_BYTES = 2 * MAX_REQUEST_BYTES;

const ERRORS: Record<ErrorCode, { status: number; reason: string }> = {
  INVALID_ARGUMENT: { status: 400, reason: 'badRequest' },
  NOT_FOUND: { status: 404, reason: 'notFound' },
  ALREADY_EXISTS: { status: 409, reason: 'alreadyExists' },
  FAILED_PRECONDITION: { status: 400, reason: 'failedPrecondition' },
  RESOURCE_EXHAUSTED: { status: 507, reason: 'insufficientStorage' },
};

type Call = (broker: Broker, name: string, body: Record<string, unknown>) => unknown;

const CALLS: Record<string, Call> = {
  'PUT topics': (broker, name, body) => {
    readTopic(body);
    broker.createTopic(name);
    return { name };
  },
  'GET topics': (broker, name) => ({ name: broker.getTopic(name) }),
  'POST topics:publish': (broker, topic, body) => {
    const messages = readPublish(body).messages.map(({ data, ...rest }) => ({ data64: data, ...rest }));
    return { messageIds: broker.publish(topic, messages) };
  },
  'PUT subscriptions': (broker, name, body) => {
    broker.createSubscription(readSubscription(name, body));
    return subscription(broker, name);
  },
  'GET subscriptions': subscription,
  'POST subscriptions:pull': (broker, name, body) => {
    const received = broker.pull(name, readPull(body).maxMessages);
    return received.length > 0 ? { receivedMessages: received.map(receivedMessage) } : {};
  },
  'POST subscriptions:acknowledge': (broker, name, body) => {
    broker.acknowledge(name, readAcknowledge(body).ackIds);
    return {};
  },
};

export function createRestApi(broker: Broker, guard: Guard, log: Log): RequestListener {
  const handle = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const [, name = '', collection = '', verb = ''] = RESOURCE_PATH.exec(url.pathname) ?? [];
    const call = CALLS[`${request.method} ${collection}${verb}`];
    if (!call) {
      request.resume();
      const message = `the local cloud has no Pub/Sub call ${request.method} ${url.pathname}`;
      log('ERROR', 'unsupported call', { service: 'pubsub', call: `${request.method} ${url.pathname}` });
      throw new HttpError(501, 'notImplemented', message);
    }
    const body = await readJson(request, MAX_BODY_BYTES);
    sendJson(
      response,
      200,
      withHttpErrors(() => call(broker, name, body)),
    );
  };
  const forOwner = guarded(guard, OWNER_ONLY, log, handle);
  return (request, response) => {
    const [, topic] = /^([^?]*):publish(\?|$)/.exec(request.url ?? '') ?? [];
    if (topic === undefined) forOwner(request, response);
    else guarded(guard, publishRoles(topic), log, handle)(request, response);
  };
}

function withHttpErrors<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof PubsubError)) throw error;
    const { status, reason } = ERRORS[error.code];
    throw new HttpError(status, reason, error.message);
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
