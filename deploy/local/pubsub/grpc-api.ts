// Pub/Sub's gRPC API, which @google-cloud/pubsub uses. Loaded when the first such client connects.
import protos from '@google-cloud/pubsub/build/protos/protos.json';
import {
  type handleUnaryCall,
  type sendUnaryData,
  type ServerErrorResponse,
  type ServiceDefinition,
  type ServerUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import type { Duplex } from 'node:stream';
import { isRefusal, type Auth, type Caller, type Headers, type Refusal } from '../shared/auth';
import type { Log } from '../shared/log';
import type { ApiContext } from './api-context';
import type { Broker, Received } from './broker';
import { MAX_PUBLISH_BYTES, PubsubError } from './limits';
import { checkRights, type Method } from './permissions';
import { readAcknowledge, readPull, readSubscription, readTopic, subscriptionResource } from './wire';

export interface GrpcApi {
  /** Serves a connection, whose first bytes may have been read and put back. */
  serve(socket: Duplex): void;
  close(): void;
}

interface PublishRequest {
  topic?: string;
  messages?: { data?: Buffer; attributes?: Record<string, string>; orderingKey?: string }[];
}

type Request = Record<string, unknown>;
type Call = (broker: Broker, request: Request) => unknown;
type Calls = Partial<Record<Method, Call>>;

const PUBLISHER: Calls = {
  CreateTopic(broker, request) {
    const name = readTopic(request).name ?? '';
    broker.createTopic(name);
    return { name };
  },
  GetTopic: (broker, request) => ({ name: broker.getTopic(text(request['topic'])) }),
  Publish(broker, request) {
    const { topic, messages = [] } = request as PublishRequest;
    const accepted = messages.map(({ data, attributes = {}, orderingKey }) => ({
      data64: data?.toString('base64') ?? '',
      attributes,
      ...(orderingKey && { orderingKey }),
    }));
    return { messageIds: broker.publish(topic ?? '', accepted) };
  },
};

const SUBSCRIBER: Calls = {
  CreateSubscription(broker, request) {
    const settings = readSubscription(text(request['name']), request);
    broker.createSubscription(settings);
    return subscriptionResource(settings, timestamp);
  },
  GetSubscription: (broker, request) =>
    subscriptionResource(broker.getSubscription(text(request['subscription'])), timestamp),
  Pull(broker, { subscription, ...rest }) {
    const received = broker.pull(text(subscription), readPull({ maxMessages: 0, ...rest }).maxMessages);
    return { receivedMessages: received.map(receivedMessage) };
  },
  Acknowledge(broker, { subscription, ...rest }) {
    broker.acknowledge(text(subscription), readAcknowledge({ ackIds: [], ...rest }).ackIds);
    return {};
  },
};

const SERVICES: Record<string, Calls> = {
  'google.pubsub.v1.Publisher': PUBLISHER,
  'google.pubsub.v1.Subscriber': SUBSCRIBER,
  'google.pubsub.v1.SchemaService': {},
};

export function createGrpcApi(context: ApiContext): GrpcApi {
  // Above our own limit, so that a message over the limit gets Pub/Sub's error and not gRPC's.
  const server = new Server({ 'grpc.max_receive_message_length': 2 * MAX_PUBLISH_BYTES });
  const definitions = fromJSON(protos, { longs: String, enums: String });
  for (const [name, calls] of Object.entries(SERVICES)) {
    const definition = definitions[name] as ServiceDefinition;
    server.addService(definition, implementation(definition, calls, context));
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    serve: (socket) => injector.injectConnection(socket),
    close: () => server.forceShutdown(),
  };
}

function implementation(
  definition: ServiceDefinition,
  calls: Calls,
  context: ApiContext,
): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(definition).map(([method, { path, responseStream }]) => {
      const call = calls[method as Method];
      if (call) return [method, unaryHandler(path, method as Method, call, context)];
      return [method, responseStream ? unsupportedStream(path, context.log) : unsupportedUnary(path, context.log)];
    }),
  );
}

function unaryHandler(
  path: string,
  method: Method,
  call: Call,
  context: ApiContext,
): handleUnaryCall<Request, unknown> {
  const { broker, auth, log } = context;
  return (unary: ServerUnaryCall<Request, unknown>, answer: sendUnaryData<unknown>) => {
    const caller = callerOf(unary, auth);
    if (isRefusal(caller)) {
      log('WARNING', 'call refused', { call: path, cause: caller.message });
      const code = caller.status === 401 ? status.UNAUTHENTICATED : status.PERMISSION_DENIED;
      answer({ code, details: caller.message });
      return;
    }
    try {
      const { topic, subscription, name } = unary.request;
      checkRights(context, caller, method, text(topic ?? subscription ?? name));
      answer(null, call(broker, unary.request));
    } catch (error) {
      if (error instanceof PubsubError) {
        answer({ code: status[error.code], details: error.message });
        return;
      }
      log('ERROR', 'call failed', { call: path, cause: String(error) });
      answer({ code: status.INTERNAL, details: String(error) });
    }
  };
}

function callerOf(call: ServerUnaryCall<Request, unknown>, auth: Auth): Caller | Refusal {
  const headers: Headers = { ...(call.metadata.toJSON() as Record<string, string[]>), ':authority': call.getHost() };
  for (const [name, value] of Object.entries(headers)) headers[name] = String(value);
  return auth.callerOf(headers);
}

function unsupported(path: string, log: Log): Partial<ServerErrorResponse> {
  log('ERROR', 'unsupported call', { service: 'pubsub', call: path });
  return { code: status.UNIMPLEMENTED, details: `the local cloud has no Pub/Sub call ${path}` };
}

function unsupportedUnary(path: string, log: Log) {
  return (_call: unknown, answer: (error: Partial<ServerErrorResponse>) => void): void =>
    answer(unsupported(path, log));
}

function unsupportedStream(path: string, log: Log) {
  return (call: { emit(event: 'error', error: Partial<ServerErrorResponse>): boolean }): void => {
    call.emit('error', unsupported(path, log));
  };
}

function receivedMessage({ ackId, message }: Received): unknown {
  const { data64, attributes, id, publishedAtMs, orderingKey } = message;
  const publishTime = timestamp(publishedAtMs / 1000);
  return {
    ackId,
    message: { data: Buffer.from(data64, 'base64'), attributes, messageId: id, publishTime, orderingKey },
  };
}

/** A Timestamp or Duration. */
function timestamp(seconds: number): { seconds: number; nanos: number } {
  const wholeSeconds = Math.floor(seconds);
  return { seconds: wholeSeconds, nanos: Math.round((seconds - wholeSeconds) * 1e9) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
