// A Pub/Sub stand-in in a process of its own, for tests that kill it. Arguments: state folder, token, socket file.
// Prints its address.
import { systemClock } from '../../../../deploy/local/shared/clock';
import { createAuth } from '../../../../deploy/local/shared/auth';
import { startPubsub } from '../../../../deploy/local/pubsub';

const [folder = '', token = '', functionsSocket = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const log = (): void => undefined;
  const service = await startPubsub({
    folder,
    port: 0,
    auth: createAuth(token),
    clock: systemClock,
    log,
    functionsSocket,
  });
  service.createTopic('local', 'things');
  service.createPushSubscription({
    project: 'local',
    id: 'things',
    topic: 'things',
    endpoint: 'http://functions/handle',
    ...{
      ackDeadlineSeconds: 10,
      minimumBackoffSeconds: 0,
      maximumBackoffSeconds: 1,
    },
  });
  process.stdout.write(`${service.address}\n`);
}

void main();
