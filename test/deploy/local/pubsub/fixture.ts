// A Pub/Sub stand-in on a harness, an HTTP server that messages are pushed to, and Google's own client.
import { PubSub, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { PassThroughClient } from 'google-auth-library';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { startPubsub, type PubsubService } from '../../../../deploy/local/pubsub';
import type { Clock } from '../../../../deploy/local/shared/clock';
import type { PushSubscription } from '../../../../deploy/local/shared/servers';
import { createHarness, PROJECT, TOKEN, type Harness } from '../harness';

export interface Fixture extends Harness {
  functionsSocket: string;
  /** Starts the service on the folder; may be called again after close(). */
  start(clock?: Clock): Promise<PubsubService>;
}

export function fixture(): Fixture {
  const harness = createHarness();
  const functionsSocket = join(harness.folder, 'functions.sock');
  return {
    ...harness,
    functionsSocket,
    start: (clock) => harness.started(startPubsub({ ...harness.options(clock && { clock }), functionsSocket })),
  };
}

export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  body: {
    subscription: string;
    deliveryAttempt?: number;
    message: { data: string; attributes: Record<string, string>; messageId: string } & Record<string, unknown>;
  };
  /** The message's data, decoded. */
  text: string;
}

export interface Subscriber {
  deliveries: Delivery[];
  close(): Promise<void>;
  port: number;
}

/** Answers a delivery with the status that `reply` gives, or never for null. Listens on a socket file or on loopback. */
export async function subscriber(
  f: Pick<Harness, 'defer'>,
  at: string,
  reply: (delivery: Delivery) => number | null | Promise<number> = () => 204,
): Promise<Subscriber> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const answer = async (): Promise<void> => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Delivery['body'];
      const text = Buffer.from(body.message.data, 'base64').toString('utf8');
      const delivery = { path: request.url ?? '', headers: request.headers, body, text };
      deliveries.push(delivery);
      const status = await reply(delivery);
      if (status !== null) response.writeHead(status).end();
    };
    request.on('end', () => void answer());
  });
  await new Promise<void>((resolve) => {
    if (at === 'loopback') server.listen(0, '127.0.0.1', resolve);
    else server.listen(at, resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  f.defer(close);
  const address = server.address();
  return { deliveries, close, port: typeof address === 'object' && address ? address.port : 0 };
}

/** A topic with a push subscription of the same id; its endpoint is the function `handle`. */
export function pushTopic(service: PubsubService, id: string, overrides: Partial<PushSubscription> = {}): void {
  service.createTopic(PROJECT, id);
  service.createPushSubscription({
    project: PROJECT,
    id,
    topic: id,
    endpoint: 'http://functions/handle',
    ackDeadlineSeconds: 10,
    minimumBackoffSeconds: 1,
    maximumBackoffSeconds: 8,
    ...overrides,
  });
}

function connection(service: PubsubService) {
  const [servicePath = '', port] = service.address.split(':');
  // A client of its own keeps Google's library from looking for credentials on the network.
  const authClient = new PassThroughClient() as never; // typed for the library's own copy of google-auth-library
  return { projectId: PROJECT, servicePath, port: Number(port), sslCreds: credentials.createInsecure(), authClient };
}

const headersOf = (token: string | undefined, more: Record<string, string> = {}) => ({
  otherArgs: { headers: { ...(token && { authorization: `Bearer ${token}` }), ...more } },
});

/** Publishes through Google's client; one message a request, no retries that hide an answer. */
export function publisher(f: Harness, service: PubsubService, topic: string, token?: string, more = {}) {
  const client = new PubSub(connection(service));
  f.defer(() => client.close());
  return client.topic(topic, {
    batching: { maxMessages: 1 },
    messageOrdering: true,
    gaxOpts: { ...headersOf(token, more), retry: { retryCodes: [] } },
  });
}

/** Google's generated clients, for the calls as they are on the wire. */
export function wireClients(f: Harness, service: PubsubService) {
  const options = { ...connection(service) };
  const clients = { publisher: new v1.PublisherClient(options), subscriber: new v1.SubscriberClient(options) };
  f.defer(() => clients.publisher.close());
  f.defer(() => clients.subscriber.close());
  return { ...clients, asOwner: { ...headersOf(TOKEN), retry: { retryCodes: [] } as never } };
}

/** A REST call as the owner, unless `headers` say otherwise. */
export function rest(
  service: PubsubService,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const [host, port] = service.address.split(':');
  const target = { host, port, method, path: `/v1/projects/${PROJECT}/${path}`, headers, agent: false };
  // Not fetch(): it says Sec-Fetch-Mode like a browser, and is refused like one.
  return new Promise((resolve, reject) => {
    const read = async (response: IncomingMessage): Promise<void> => {
      const text = Buffer.concat((await response.toArray()) as Buffer[]).toString('utf8');
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> });
    };
    const call = request(target, (response) => void read(response).catch(reject));
    call.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
