// Pub/Sub's REST API, which the agent calls with curl, and people by hand.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { withAuth, HttpError, readJson, sendJson } from '../shared/http';
import type { Broker, Received } from './broker';
import { MAX_PUBLISH_BYTES, PubsubError, type ErrorCode } from './limits';
import { OWNER_ONLY, publishRoles, type ApiContext } from './roles';
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
};

type Call = (broker: Broker, name: string, body: Record<string, unknown>) => unknown;

const PUBLISH = 'POST topics:publish';

const CALLS: Record<string, Call> = {
  'PUT topics': (broker, name, body) => {
    readTopic(body);
    broker.createTopic(name);
    return { name };
  },
  'GET topics': (broker, name) => ({ name: broker.getTopic(name) }),
  [PUBLISH]: (broker, topic, body) => {
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

/** A request, read once from its raw target: the caller's rights and the effect must use the same name. */
interface Target {
  method: string;
  path: string;
  name: string;
  /** Key of CALLS. */
  key: string;
}

function targetOf({ method = '', url = '' }: IncomingMessage): Target {
  const path = url.split('?', 1)[0] ?? '';
  const [, name = '', collection = '', verb = ''] = RESOURCE_PATH.exec(path) ?? [];
  return { method, path, name, key: `${method} ${collection}${verb}` };
}

export function createPubsubRestApi({ broker, auth, log, vmTopics }: ApiContext): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> => {
    const call = CALLS[target.key];
    if (!call) {
      const asked = `${target.method} ${target.path}`;
      log('ERROR', 'unsupported call', { service: 'pubsub', call: asked });
      throw new HttpError(501, 'notImplemented', `the local cloud has no Pub/Sub call ${asked}`);
    }
    const body = await readJson(request, MAX_BODY_BYTES);
    sendJson(
      response,
      200,
      withHttpErrors(() => call(broker, target.name, body)),
    );
  };
  return (request, response) => {
    const target = targetOf(request);
    const roles = target.key === PUBLISH ? publishRoles(target.name, vmTopics) : OWNER_ONLY;
    withAuth(auth, roles, log, () => answer(request, response, target))(request, response);
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
