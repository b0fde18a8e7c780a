// A local cloud in this process, without its functions: the client talks to it over the wire, and the test says what the
// functions would answer.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { ENDPOINTS_FILE, namesOf } from '@mymlops/protocol';
import { runCli } from '../../client/src/cli/program';
import { systemClock } from '../../deploy/local/shared/clock';
import { createAuth } from '../../deploy/local/shared/auth';
import { startPubsub } from '../../deploy/local/pubsub';
import { startStorage } from '../../deploy/local/storage';
import { clientOf, endpointsWith, startStandIn } from '../emulators/firestore';
import { subscriber, type Fixture } from '../deploy/local/pubsub/harness';
import { testContext, type TestContext } from './context';

export interface StandIns {
  /** Messages of requests and sweeps, in the order of their arrival. */
  received: object[];
  /** How many were published and are not acknowledged. */
  waiting(): number;
  firestore: Firestore;
  /** Called for each message before it is acknowledged: what the functions would do. */
  onMessage(answer: (message: Record<string, unknown>) => Promise<unknown>): void;
  /** Runs the client, in `cwd`. */
  client(args: string[], cwd?: string): Promise<{ code: number } & Pick<TestContext, 'said' | 'printed'>>;
  close(): Promise<void>;
}

/** `folder` is the test's to remove. `hasBucket`: false as where the project was deleted. */
export async function startStandIns(folder: string, { hasBucket = true } = {}): Promise<StandIns> {
  const cleanUps: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  const database = await startStandIn();
  cleanUps.push(() => database.close());
  const { token, deployment, firestore: address } = database.endpoints;
  const names = namesOf('local', deployment);
  const optionsOf = (part: string) => {
    const place = join(folder, part);
    mkdirSync(place);
    return { folder: place, port: 0, auth: createAuth(token), clock: systemClock, log: () => undefined };
  };
  const storage = await startStorage(optionsOf('storage'));
  cleanUps.push(() => storage.close());
  if (hasBucket) storage.ensureBucket(names.bucket);
  const functionsSocket = join(folder, 'functions.sock');
  const pubsub = await startPubsub({ ...optionsOf('pubsub'), functionsSocket });
  cleanUps.push(() => pubsub.close());

  const received: object[] = [];
  let answer = (_message: Record<string, unknown>): Promise<unknown> => Promise.resolve();
  const defer: Fixture['defer'] = (cleanUp) => void cleanUps.push(cleanUp);
  await subscriber({ defer } as Fixture, functionsSocket, async ({ text }) => {
    const message = JSON.parse(text) as Record<string, unknown>;
    received.push(message);
    await answer(message);
    return 204;
  });
  for (const topic of [names.topics.requests, names.topics.sweeps]) {
    pubsub.createTopic('local', topic);
    pubsub.createPushSubscription({
      ...{ project: 'local', id: topic, topic, endpoint: 'http://functions/any' },
      ...{ ackDeadlineSeconds: 10, minimumBackoffSeconds: 1, maximumBackoffSeconds: 8 },
    });
  }

  const state = join(folder, 'state');
  mkdirSync(state);
  const addresses = { firestore: address, pubsub: pubsub.address, storage: storage.address };
  writeFileSync(join(state, ENDPOINTS_FILE), JSON.stringify(endpointsWith({ ...addresses, token })));
  const firestore = clientOf(database, names.database);
  cleanUps.push(() => firestore.terminate());
  return {
    received,
    waiting: () => pubsub.pending(),
    firestore,
    onMessage: (answers) => void (answer = answers),
    async client(args, cwd = folder) {
      const env = { PATH: process.env['PATH'], HOME: folder, MYMLOPS_HOME: state };
      const context = testContext({ cwd, env });
      const code = await runCli(['--local', ...args], context);
      return { code, said: context.said, printed: context.printed };
    },
    close,
  };
}
