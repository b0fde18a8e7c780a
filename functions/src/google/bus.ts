// Pub/Sub behind the Bus port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { PubSub } from '@google-cloud/pubsub';
import type { Bus } from '../ports';
import { deadlineMs, hostAndPort, lazily } from './connection';
import { withDeadline } from './deadline';

export function openBus(names: Names, local: () => Endpoints | undefined): Bus {
  const connect = lazily(async () => openTopic(names, local()));
  return {
    async ask(request) {
      const topic = await connect();
      // Always a JSON body: the framework does not convert a message that has attributes only.
      await withDeadline('Pub/Sub publish', deadlineMs(local()), topic.publishMessage({ json: request }));
    },
  };
}

async function openTopic(names: Names, local: Endpoints | undefined): Promise<ReturnType<PubSub['topic']>> {
  const { credentials, PassThroughClient, PubSub } = await import('./libraries/pubsub');
  // One message a batch: ours are rare, and each waits for its answer.
  const batching = { maxMessages: 1 };
  if (!local) return new PubSub({ projectId: names.project }).topic(names.topics.requests, { batching });
  const { host, port } = hostAndPort(local.pubsub);
  const client = new PubSub({
    projectId: names.project,
    servicePath: host,
    port,
    sslCreds: credentials.createInsecure(),
    // Else the library goes looking for a metadata server, although nothing here asks who we are.
    authClient: new PassThroughClient() as never,
  });
  const headers = { authorization: `Bearer ${local.token}` };
  return client.topic(names.topics.requests, { batching, gaxOpts: { otherArgs: { headers } } });
}
