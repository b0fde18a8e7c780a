// An interactive instance of a desk's local cloud: requests of its user, as the client publishes them, and what can be seen of it.
import { createServer, type AddressInfo } from 'node:net';
import {
  instancePath,
  instancePrefix,
  INSTANCE_REQUESTS,
  newInstanceUid,
  namesOf,
  parseWith,
  type InstanceDocument,
  type InstanceSpec,
} from '@mymlops/protocol';
import { randomInt } from 'node:crypto';
import { fromFields, type Fields } from '../../client/src/google/firestore-values';
import { bucketsIn } from '../deploy/local/buckets-in';
import { until, type Desk } from './desk';

const NAMES = namesOf('local', 'mymlops');

export interface Instance {
  name: string;
  uid: string;
  start(period: number, spec: InstanceSpec): Promise<void>;
  stop(period: number): Promise<void>;
  extend(period: number, seconds: number): Promise<void>;
  remove(): Promise<void>;
  /** Its document; undefined before its start has arrived. */
  document(): Promise<InstanceDocument | undefined>;
  /** Its document once its status is this one. Fails at once if it has come to `failed` instead. */
  untilStatus(status: InstanceDocument['status'], seconds?: number): Promise<InstanceDocument>;
  /** The content of an object of its VM; undefined if it does not exist. */
  object(name: string): Promise<string | undefined>;
}

export function anInstance(desk: Desk, name: string): Instance {
  const uid = newInstanceUid(randomInt);
  const call = (address: string, path: string, body?: object): Promise<Response> =>
    fetch(`http://${address}${path}`, {
      headers: { authorization: `Bearer ${desk.endpoints().token}`, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  const publish = async (type: keyof typeof INSTANCE_REQUESTS, fields: object): Promise<void> => {
    const request = { v: 1, type, name, uid, by: 'ada', at: new Date().toISOString(), ...fields };
    const parsed = parseWith(INSTANCE_REQUESTS[type], request);
    if (!parsed.ok) throw new Error(parsed.error);
    const data = Buffer.from(JSON.stringify(request)).toString('base64');
    const topic = `/v1/projects/local/topics/${NAMES.topics.requests}:publish`;
    const answer = await call(desk.endpoints().pubsub, topic, { messages: [{ data }] });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  const instance: Instance = {
    ...{ name, uid },
    start: (period, spec) => publish('start', { period, spec, waitSeconds: 600 }),
    stop: (period) => publish('stop', { period }),
    extend: (period, seconds) =>
      publish('extend', { period, until: new Date(Date.now() + seconds * 1000).toISOString() }),
    remove: () => publish('delete', {}),
    async document() {
      const documents = `projects/local/databases/${NAMES.database}/documents`;
      const body = { documents: [`${documents}/${instancePath(name)}`] };
      const answer = await call(desk.endpoints().firestore, `/v1/${documents}:batchGet`, body);
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const [found] = (await answer.json()) as { found?: { fields: Fields } }[];
      return found?.found && (fromFields(found.found.fields) as unknown as InstanceDocument);
    },
    async untilStatus(status, seconds) {
      let seen: InstanceDocument | undefined;
      const look = async (): Promise<InstanceDocument | undefined> => {
        seen = await instance.document();
        if (status !== 'failed' && seen?.status === 'failed') throw new Error(`${name} has failed: ${seen.message}`);
        return seen?.status === status ? seen : undefined;
      };
      return until(`${name} is ${status}`, look, seconds).catch((error: unknown) => {
        throw new Error(`${String(error)}: ${JSON.stringify(seen)}`);
      });
    },
    async object(file) {
      const prefix = `${instancePrefix(name)}${uid}/vms/1/`;
      const bucket = bucketsIn(desk.home).results;
      const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(`${prefix}${file}`)}?alt=media`;
      const answer = await call(desk.endpoints().storage, path);
      return answer.ok ? answer.text() : undefined;
    },
  };
  return instance;
}

/** A port on which nobody listens just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The page of a service; undefined where nobody answers. */
export async function page(port: number, path: string): Promise<{ status: number; text: string } | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
