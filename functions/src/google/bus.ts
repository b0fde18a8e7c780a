// Pub/Sub behind the Bus port.
import { hostAndPort, tokenFor, type Endpoints, type Names } from '@mymlops/protocol';
import type { PubSub } from '@google-cloud/pubsub';
import type { Bus } from '../ports';
import { deadlineMs, lazily } from './connection';
import { openDeadLetters } from './dead-letters';
import { withDeadline } from './deadline';

export function openBus(names: Names, local: () => Endpoints | undefined): Bus {
  const connect = lazily(async () => openTopics(names, local()));
  const publish = async (to: keyof Names['topics'], message: object): Promise<void> => {
    const topic = (await connect())(names.topics[to]);
    // Always a JSON body: the framework does not convert a message that has attributes only.
    await withDeadline('Pub/Sub publish', deadlineMs(local()), topic.publishMessage({ json: message }));
  };
  return {
    ...openDeadLetters(names, local),
    ask: (request) => publish('requests', request),
    sendCanary: (canary) => publish('events', canary),
  };
}

async function openTopics(
  names: Names,
  local: Endpoints | undefined,
): Promise<(id: string) => ReturnType<PubSub['topic']>> {
  const { credentials, PassThroughClient, PubSub } = await import('./libraries/pubsub');
  // One message a batch: ours are rare, and each waits for its answer.
  const batching = { maxMessages: 1 };
  if (!local) {
    const pubsub = new PubSub({ projectId: names.project });
    return (id) => pubsub.topic(id, { batching });
  }
  const { host, port } = hostAndPort(local.pubsub);
  const client = new PubSub({
    projectId: names.project,
    servicePath: host,
    port,
    sslCreds: credentials.createInsecure(),
    // Else the library goes looking for a metadata server, although nothing here asks who we are.
    authClient: new PassThroughClient() as never,
  });
  const headers = { authorization: `Bearer ${tokenFor('pubsub', local)}` };
  return (id) => client.topic(id, { batching, gaxOpts: { otherArgs: { headers } } });
}
