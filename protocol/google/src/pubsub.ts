// The deployment's topics and subscriptions in Pub/Sub.
import {
  hostAndPort,
  PUBSUB_CALLS,
  tokenFor,
  topicName,
  type Endpoints,
  type Names,
  VERSION,
  VERSION_ATTRIBUTE,
} from '@mymlops/protocol';
import type { v1 } from '@google-cloud/pubsub';
import type { credentials } from '@grpc/grpc-js';
import { NO_CREDENTIALS } from './local-options';
import { withPermissionsNamed } from './missing-permission';

/** The client of the calls themselves: batches, of which our rare messages make none, are eight times as much code. */
export interface PubsubLibrary {
  PublisherClient: typeof v1.PublisherClient;
  credentials: typeof credentials;
}

export interface Publisher {
  /** Resolves when Pub/Sub has accepted the message. */
  publish(to: keyof Names['topics'], message: object): Promise<string>;
  close(): Promise<void>;
}

export interface PublisherOptions {
  names: Names;
  /** Absent on Google. */
  endpoints?: Endpoints;
  /** When the library gives a message up. */
  deadlineMs: number;
  /** Handed through to the library, and to grpc-js below it. */
  settings?: object;
}

/** As the library's own class for publishers has it: it notices a connection that is dead, and was never closed. */
const KEPT_ALIVE = { 'grpc.keepalive_time_ms': 300_000, 'grpc.keepalive_timeout_ms': 20_000 };

/** Connects at the first message. */
export function openPublisher(library: PubsubLibrary, options: PublisherOptions): Publisher {
  const { names, endpoints, deadlineMs, settings } = options;
  const client = new library.PublisherClient({
    ...KEPT_ALIVE,
    ...settings,
    ...pubsubOptions(library, names, endpoints),
  });
  return {
    async publish(to, message) {
      const topic = topicName(names.project, names.topics[to]);
      // Always a JSON body: the functions' framework does not convert a message that has attributes only.
      const data = Buffer.from(JSON.stringify(message));
      const messages = [{ data, attributes: { [VERSION_ATTRIBUTE]: VERSION } }];
      // The library writes into the headers.
      const options = { timeout: deadlineMs, otherArgs: { headers: { ...pubsubHeaders(endpoints) } } };
      const call = client.publish({ topic, messages }, options);
      const [answer] = await withPermissionsNamed({ permissions: PUBSUB_CALLS.Publish, on: topic }, call);
      return answer.messageIds?.[0] ?? '';
    },
    close: () => client.close(),
  };
}

/** For every client of the library. The address is not given as `apiEndpoint`, in which the library cannot read IPv6. */
export function pubsubOptions(
  { credentials }: Pick<PubsubLibrary, 'credentials'>,
  { project }: Names,
  endpoints?: Endpoints,
) {
  if (!endpoints) return { projectId: project };
  const { host, port } = hostAndPort(endpoints.pubsub);
  return { projectId: project, servicePath: host, port, sslCreds: credentials.createInsecure(), ...NO_CREDENTIALS };
}

/** To be sent with each call; on Google the library sends its own. */
export function pubsubHeaders(endpoints: Endpoints | undefined): Record<string, string> | undefined {
  return endpoints && { authorization: `Bearer ${tokenFor('pubsub', endpoints)}` };
}
