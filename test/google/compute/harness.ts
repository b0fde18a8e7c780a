// The Compute port on the Compute stand-in, and on a server that answers as a test says.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { namesOf, type Endpoints } from '@mymlops/protocol';
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import { openCompute } from '../../../functions/src/google/compute';
import type { Compute } from '../../../functions/src/ports/compute';
import { startCloud, ZONE, type CloudOptions, type Resource } from '../../deploy/local/compute/fixture';
import { TOKEN } from '../../deploy/local/harness';

export { ZONE };

const NOWHERE = '127.0.0.1:1';

/** The Compute port on whatever listens there. */
export function openAt(compute: string): Compute {
  const others = { pubsub: NOWHERE, firestore: NOWHERE, storage: NOWHERE };
  const endpoints: Endpoints = { v: 1, pid: process.pid, deployment: 'mymlops', token: TOKEN, compute, ...others };
  return openCompute(namesOf('local', 'mymlops'), () => endpoints);
}

/** A VM of the deployment whose disk outlives it; Google stops it at its time limit. */
export const aBody = (name: string, metadata: Record<string, string> = {}): InsertBody =>
  ({
    name,
    machineType: `zones/${ZONE}/machineTypes/this-computer`,
    labels: { 'mymlops-deployment': 'mymlops' },
    disks: [
      { boot: true, autoDelete: false, initializeParams: { diskName: name, sourceImage: 'projects/p/global/i' } },
    ],
    networkInterfaces: [{ network: 'global/networks/default' }],
    scheduling: { maxRunDuration: { seconds: '3600' }, instanceTerminationAction: 'STOP' },
    metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
  }) as unknown as InsertBody;

/** Makes it, and returns when it runs. */
export async function makeVm(cloud: Compute, body: InsertBody): Promise<void> {
  const answer = await cloud.insert(ZONE, randomUUID(), body);
  if (!('operation' in answer)) throw new Error(JSON.stringify(answer));
  await cloud.awaitOperation(ZONE, answer.operation, 10);
}

export async function stopVm(cloud: Compute, name: string): Promise<void> {
  const operation = await cloud.stop(ZONE, name, { requestId: randomUUID() });
  await cloud.awaitOperation(ZONE, operation ?? '', 10);
}

export async function standIn(options: CloudOptions = {}) {
  const google = await startCloud(options);
  return {
    open: () => openAt(google.service.address),
    address: () => google.service.address,
    restart: () => google.restart(),
    /** What is in the metadata of a VM. */
    async metadata(name: string): Promise<Record<string, string>> {
      const { metadata } = await google.ok('GET', `/zones/${ZONE}/instances/${name}`);
      return Object.fromEntries(metadata.items.map(({ key, value }: Resource) => [key, value]));
    },
    close: () => google.end(),
  };
}

export interface Call {
  method: string;
  /** Below the project, with its query. */
  path: string;
  body: unknown;
}

/** A Compute that answers each call as `answer` says: with a status and what it sends. */
export async function scripted(answer: (call: Call) => [status: number, body: object] | 'hang up') {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = (request.url ?? '').replace('/compute/v1/projects/local', '');
      const call = { method: request.method ?? '', path, body: text === '' ? undefined : JSON.parse(text) };
      calls.push(call);
      const said = answer(call);
      if (said === 'hang up') return request.socket.destroy();
      const [status, body] = said;
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { cloud: openAt(address), address, calls, close };
}

/** As Google refuses a call at once. */
export const refusal = (code: number, reason: string, message: string): [number, object] => [
  code,
  { error: { code, message, errors: [{ message, domain: 'global', reason }] } },
];
