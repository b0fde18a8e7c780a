// A local cloud in this process, without its functions: the client talks to it over the wire, and the test answers in
// the functions' place.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { answerPath, ENDPOINTS_FILE, LATER_ENDPOINTS_FILE } from '@mymlops/protocol';
import type { Context } from '../../client/src/core/context';
import { runCli } from '../../client/src/cli/program';
import { type Deployment, deploymentAt } from '../../client/src/deployment/connect';
import { connectionTo } from '../../client/src/google/connection';
import { openSecrets, type Secrets } from '../../client/src/google/secrets';
import { auth } from '../deploy/local/harness';
import { firestoreClient } from '../deploy/local/firestore/client';
import { subscriber } from '../deploy/local/pubsub/fixture';
import { NAMES, startStandIns as startOn } from '../deploy/local/stand-ins';
import { testContext, type TestContext } from './context';

export interface StandIns {
  /** Messages of requests and sweeps, in the order of their arrival. */
  received: object[];
  /** How many were published and are not acknowledged. */
  waiting(): number;
  firestore: Firestore;
  secrets: Secrets;
  /** For commands that need Google Cloud: they take the function that opens a deployment. */
  open(): Promise<Deployment>;
  /** Images that the sweep function does not find at Google; null: it does not say. */
  goneImages: Set<string> | null;
  /** Called for each message before it is acknowledged: what the functions would do. */
  onMessage(answer: (message: Record<string, unknown>) => Promise<unknown>): void;
  /** Runs the client, in `cwd`. */
  client(
    args: string[],
    cwd?: string,
    overrides?: Partial<Context>,
  ): Promise<{ code: number } & Pick<TestContext, 'said' | 'printed'>>;
  close(): Promise<void>;
}

/** `folder` is the test's to remove. `hasBucket`: false as where the project was deleted. */
export async function startStandIns(folder: string, { hasBucket = true } = {}): Promise<StandIns> {
  const cleanUps: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  const { pubsub, functionsSocket, endpoints, close: closeStandIns } = await startOn(folder, { hasBucket });
  cleanUps.push(closeStandIns);

  const received: object[] = [];
  let answer = (_message: Record<string, unknown>): Promise<unknown> => Promise.resolve();
  const defer = (cleanUp: () => unknown): void => void cleanUps.push(cleanUp);
  await subscriber({ defer }, functionsSocket, async ({ text }) => {
    const message = JSON.parse(text) as Record<string, unknown>;
    if (message['type'] === 'images') {
      await answerImages(message);
      return 204;
    }
    received.push(message);
    await answer(message);
    return 204;
  });
  for (const topic of [NAMES.topics.requests, NAMES.topics.sweeps]) {
    pubsub.createTopic('local', topic);
    pubsub.createPushSubscription({
      ...{ project: 'local', id: topic, topic, endpoint: 'http://functions/any' },
      ...{ ackDeadlineSeconds: 10, minimumBackoffSeconds: 1, maximumBackoffSeconds: 8 },
    });
  }

  const state = join(folder, 'state');
  mkdirSync(state);
  const { secrets, ...others } = endpoints;
  writeFileSync(join(state, LATER_ENDPOINTS_FILE), JSON.stringify({ pid: process.pid, secrets }));
  const clientEndpoints = { ...endpoints, token: auth.tokenOf('client') };
  const connection = connectionTo({ project: 'local', deployment: 'mymlops' }, {}, clientEndpoints);
  writeFileSync(join(state, ENDPOINTS_FILE), JSON.stringify({ ...others, token: clientEndpoints.token }));
  mkdirSync(join(state, 'owners'));
  writeFileSync(join(state, 'owners', `${process.pid}.1`), '');
  const firestore = firestoreClient({ address: endpoints.firestore, token: endpoints.token });
  cleanUps.push(() => firestore.terminate());
  const standIns: StandIns = {
    received,
    goneImages: new Set(),
    waiting: () => pubsub.pending(),
    firestore,
    secrets: openSecrets(connection),
    open: () => Promise.resolve(deploymentAt(connection)),
    onMessage: (answers) => void (answer = answers),
    async client(args, cwd = folder, overrides = {}) {
      const env = { PATH: process.env['PATH'], HOME: folder, MYMLOPS_HOME: state };
      const context = testContext({ cwd, env, ...overrides });
      const code = await runCli(['--local', ...args], context);
      return { code, said: context.said, printed: context.printed };
    },
    close,
  };
  return standIns;

  /** The question which images exist. */
  async function answerImages({ id, images }: Record<string, unknown>): Promise<void> {
    const gone = standIns.goneImages;
    const at = new Date().toISOString();
    const answer = gone
      ? { v: 1, at, absent: (images as string[]).filter((name) => gone.has(name)) }
      : { v: 1, at, failed: 'Compute Engine is away' };
    await firestore.doc(answerPath(String(id))).set(answer);
  }
}
