// Publishes requests. No policy.
import { PubSub } from '@google-cloud/pubsub';
import type { Request } from '@mymlops/protocol';
import { type Connection, NO_CREDENTIALS } from './connection';
import { within } from './deadline';

export interface Bus {
  /** Resolves when Pub/Sub has acknowledged: from then on the request is accepted. Safe to repeat: a request names its run. */
  publish(request: Request): Promise<void>;
  close(): Promise<void>;
}

export function openBus({ names, endpoints, deadlineMs }: Connection): Bus {
  const client = new PubSub({
    projectId: names.project,
    // A custom address turns on the library's emulator mode: no TLS, no credentials of Google's.
    ...(endpoints && { apiEndpoint: endpoints.pubsub, ...NO_CREDENTIALS }),
  });
  const headers = endpoints && { authorization: `Bearer ${endpoints.token}` };
  const topic = client.topic(names.topics.requests, {
    batching: { maxMessages: 1 },
    gaxOpts: { timeout: deadlineMs, otherArgs: { headers } },
  });
  return {
    publish: async (request) => {
      await within(deadlineMs, 'Pub/Sub', topic.publishMessage({ json: request }));
    },
    close: () => client.close(),
  };
}
