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
import type { PubSub } from '@google-cloud/pubsub';
import type { credentials } from '@grpc/grpc-js';
import { NO_CREDENTIALS } from './local-options';
import { withPermissionsNamed } from './missing-permission';

export interface PubsubLibrary {
  PubSub: typeof PubSub;
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

/** Connects at the first message. */
export function openPublisher(library: PubsubLibrary, options: PublisherOptions): Publisher {
  const { names, endpoints, deadlineMs, settings } = options;
  const client = new library.PubSub({ ...settings, ...pubsubOptions(library, names, endpoints) });
  // One message a batch: ours are rare, and each waits for its answer.
  const topicOptions = {
    batching: { maxMessages: 1 },
    gaxOpts: { timeout: deadlineMs, otherArgs: { headers: pubsubHeaders(endpoints) } },
  };
  return {
    // Always a JSON body: the functions' framework does not convert a message that has attributes only.
    publish: (to, message) =>
      withPermissionsNamed(
        { permissions: PUBSUB_CALLS.Publish, on: topicName(names.project, names.topics[to]) },
        client
          .topic(names.topics[to], topicOptions)
          .publishMessage({ json: message, attributes: { [VERSION_ATTRIBUTE]: VERSION } }),
      ),
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
