// Receives what Google's Pub/Sub emulator pushes, and passes it on to the functions in Eventarc's form. The functions listen
// on a socket file, and the emulator sends no token: the secret is the path of the URL instead.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { foreignRefusal } from '../shared/auth';
import { createHttpServer, readJson } from '../shared/http';
import { eventHeaders, post } from '../shared/push-delivery';
import { listenOnLoopback, type ServiceOptions } from '../shared/service';

export interface PushReceiver {
  /** The URL to push the topic's messages to, for `endpoint` (`http://functions/<entry point>`). */
  urlFor(topic: string, endpoint: string): string;
  /** Pushes of the topic that the functions have not answered yet. */
  inProgress(topic: string): number;
  /** Refuses new pushes. Those that the functions already have are still answered. */
  stop(): void;
  close(): Promise<void>;
}

export type PushReceiverOptions = Pick<ServiceOptions, 'log'> & { functionsSocket: string; pushToken?: string };

interface Route {
  topic: string;
  entryPoint: string;
  inProgress: number;
}

/** Pub/Sub's limit of 10 MB, in base64, with room for attributes. */
const MAX_BODY_BYTES = 15 * 2 ** 20;

export async function startPushReceiver(options: PushReceiverOptions): Promise<PushReceiver> {
  const { log } = options;
  const secret = randomBytes(32).toString('hex');
  const routes = new Map<string, Route>();
  let isStopped = false;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = foreignRefusal(request.headers);
    const route = refusal ? undefined : routeOf(request, secret, routes);
    if (!route || isStopped) {
      if (!isStopped) log('WARNING', 'push refused', { cause: refusal?.message ?? 'unknown URL' });
      request.resume();
      response.writeHead(isStopped ? 503 : (refusal?.status ?? 404)).end();
      return;
    }
    route.inProgress += 1;
    try {
      response.writeHead(await deliver(route, await readJson(request, MAX_BODY_BYTES), options)).end();
    } finally {
      route.inProgress -= 1;
    }
  };
  const server = createHttpServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      log('ERROR', 'push not passed on', { cause: String(error) });
      response.writeHead(500).end();
    });
  });
  const address = await listenOnLoopback(server, 0);

  return {
    urlFor(topic, endpoint) {
      routes.set(topic, routes.get(topic) ?? { topic, entryPoint: new URL(endpoint).pathname, inProgress: 0 });
      return `http://${address}/${secret}/${topic}`;
    },
    inProgress: (topic) => routes.get(topic)?.inProgress ?? 0,
    stop() {
      isStopped = true;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function routeOf({ method, url = '' }: IncomingMessage, secret: string, routes: Map<string, Route>): Route | undefined {
  const [, given = '', topic = '', ...rest] = url.split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  const isOurs = method === 'POST' && rest.length === 0 && a.length === b.length && timingSafeEqual(a, b);
  return isOurs ? routes.get(topic) : undefined;
}

interface PushedMessage {
  messageId?: unknown;
  publishTime?: unknown;
}

/** The status for the emulator, which repeats a message after any status but 2xx. */
function deliver(
  { topic, entryPoint }: Route,
  pushed: Record<string, unknown>,
  { functionsSocket, pushToken }: PushReceiverOptions,
): Promise<number> {
  const { messageId, publishTime } = (pushed['message'] ?? {}) as PushedMessage;
  const published = {
    id: String(messageId),
    topic: `projects/local/topics/${topic}`,
    publishedAtMs: Date.parse(String(publishTime)),
  };
  const headers = eventHeaders(published, pushToken);
  const body = Buffer.from(JSON.stringify(pushed));
  return new Promise((resolve) => {
    post({ socketPath: functionsSocket, path: entryPoint, headers }, body, ({ kind }) =>
      resolve(kind === 'delivered' ? 204 : kind === 'unreachable' ? 503 : 500),
    );
  });
}
