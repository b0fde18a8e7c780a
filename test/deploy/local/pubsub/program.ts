// A Pub/Sub stand-in in a process of its own, for tests that kill it. Arguments: its folder, the functions' socket file.
// Prints its address.
import { startPubsub } from '../../../../deploy/local/pubsub';
import { serviceOptions } from '../harness';

const [folder = '', functionsSocket = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const service = await startPubsub({ ...serviceOptions(folder), functionsSocket });
  service.createTopic('local', 'things');
  service.createPushSubscription({
    ...{ project: 'local', id: 'things', topic: 'things', endpoint: 'http://functions/handle' },
    ...{ ackDeadlineSeconds: 10, minimumBackoffSeconds: 0, maximumBackoffSeconds: 1 },
  });
  process.stdout.write(`${service.address}\n`);
}

void main();
