// The three functions with their real adapters on the stand-ins, and a Pub/Sub that delivers when a test says so.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identityKeyOf } from '../../deploy/local/state/identity-key';
import { readConfig } from '../../functions/src/config';
import { KINDS } from '../../functions/src/control/kinds';
import { openContexts } from '../../functions/src/context';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { PROJECT, TOKEN } from '../deploy/local/harness';
import { NAMES, startStandIns, type StandInOptions } from '../deploy/local/stand-ins';
import { BUCKETS } from '../fakes/buckets';
import { lossyWay, type Loss } from './compute/lossy';

export interface Scripts {
  startup: string;
  shutdown: string;
}

interface Pulled {
  ackId: string;
  message: object;
}

export interface WholeFunctions {
  /** Of the Compute stand-in: the VMs' folders lie in `vms`, those of images in `images`. */
  computeFolder: string;
  /** The owner's call of Compute's REST API, below the project. */
  compute(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Publishes, and lets the functions handle that message and all that follow from it. */
  publish(topic: 'requests' | 'events', message: object, attributes?: Record<string, string>): Promise<void>;
  /** One tick, and all that follows from it. */
  sweep(): Promise<void>;
  contexts: ReturnType<typeof openContexts>;
  close(): Promise<void>;
}

export interface WholeOptions extends Pick<StandInOptions, 'runner' | 'faults'> {
  /** Which answers of Compute the functions do not get. By default they get all. */
  lossOf?(call: string): Loss;
}

/** Pub/Sub delivers a message again whose function threw, and not for ever. */
const DELIVERIES = 5;

/** Every VM runs `scripts`, whatever its kind. */
export async function startWholeFunctions(
  scripts: Scripts,
  { lossOf, ...options }: WholeOptions = {},
): Promise<WholeFunctions> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-whole-'));
  const inFolder = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  for (const kind of KINDS.map(({ name }) => name)) {
    writeFileSync(join(inFolder(`scripts/${kind}`), 'agent.sh'), scripts.startup);
    writeFileSync(join(folder, 'scripts', kind, 'shutdown.sh'), scripts.shutdown);
  }
  const identityKey = await identityKeyOf(folder);
  const standIns = await startStandIns(inFolder('state'), { identityKey, ...options });
  const { pubsub, endpoints } = standIns;
  for (const id of Object.values(NAMES.topics)) {
    for (const topic of [id, `${id}-dead`]) {
      pubsub.createTopic(PROJECT, topic);
      pubsub.createPullSubscription({ project: PROJECT, id: topic, topic, ackDeadlineSeconds: 600 });
    }
  }
  const endpointsFile = join(folder, 'endpoints.json');
  const way = lossOf && (await lossyWay(endpoints.compute, lossOf));
  const compute = way?.address ?? endpoints.compute;
  writeFileSync(endpointsFile, JSON.stringify({ ...standIns.functionsEndpoints, compute }));
  const config = readConfig({
    MYMLOPS_PROJECT: NAMES.project,
    MYMLOPS_ENDPOINTS: endpointsFile,
    MYMLOPS_RESULTS_BUCKET: BUCKETS.results,
    MYMLOPS_LIVE_BUCKET: BUCKETS.live,
    MYMLOPS_VM_SERVICE_ACCOUNT: `${NAMES.accounts.vm}@${NAMES.project}.iam.gserviceaccount.com`,
  });
  const contexts = openContexts(config, pathToFileURL(`${join(folder, 'scripts')}/`));

  const call = async (url: string, method: string, body?: object) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://${url}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const handlers = {
    requests: (event: object) => handleRequest(event, contexts.request()),
    events: (event: object) => handleEvent(event, contexts.event()),
  };
  /** One message of a topic: acknowledged when its function returns. */
  const deliverOne = async (topic: keyof typeof handlers): Promise<boolean> => {
    const subscription = `${endpoints.pubsub}/v1/projects/${PROJECT}/subscriptions/${NAMES.topics[topic]}`;
    const { body } = await call(`${subscription}:pull`, 'POST', { maxMessages: 1 });
    const [pulled] = (body['receivedMessages'] ?? []) as Pulled[];
    if (!pulled) return false;
    await delivered(() => handlers[topic]({ data: { subscription: 's', message: pulled.message } }));
    await call(`${subscription}:acknowledge`, 'POST', { ackIds: [pulled.ackId] });
    return true;
  };
  const settle = async (): Promise<void> => {
    while ((await deliverOne('events')) || (await deliverOne('requests')));
  };

  return {
    computeFolder: join(folder, 'state', 'compute'),
    contexts,
    compute: (method, path, body) => call(`${endpoints.compute}/compute/v1/projects/local${path}`, method, body),
    async publish(topic, message, attributes) {
      pubsub.publish(PROJECT, NAMES.topics[topic], Buffer.from(JSON.stringify(message)), attributes);
      await settle();
    },
    async sweep() {
      const data = Buffer.from(JSON.stringify({ v: 1, type: 'tick' })).toString('base64');
      const message = { data, messageId: 'tick', publishTime: new Date().toISOString(), attributes: {} };
      await delivered(() => handleSweep({ data: { subscription: 's', message } }, contexts.sweep()));
      await settle();
    },
    async close() {
      way?.close();
      await standIns.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function delivered(handle: () => Promise<void>): Promise<void> {
  for (let left = DELIVERIES - 1; ; left--) {
    try {
      return await handle();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
