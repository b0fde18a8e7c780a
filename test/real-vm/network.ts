// The gateway between a VM and the stand-ins: it gives Google's names to their addresses, notes each call, and plays outages and
// missing rights. The stand-ins themselves take calls for an address of this computer only.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of the VM, in its network. */
export const VM_ADDRESS = '169.254.169.15';
/** VMs of the stand-in that are processes have no network of their own, so it does not know this. */
const ADDRESS_PATH = '/computeMetadata/v1/instance/network-interfaces/0/ip';

/** `down`: nothing answers. `forbidden`: as to an account without any right. */
export type Reach = 'up' | 'down' | 'forbidden';

/** What a VM knows by Google's names, and the names. */
const HOSTS = {
  storage: 'storage.googleapis.com',
  pubsub: 'pubsub.googleapis.com',
  secrets: 'secretmanager.googleapis.com',
} as const;
type HostedName = keyof typeof HOSTS;
const HOSTED = Object.keys(HOSTS) as HostedName[];

export type ServiceName = 'metadata' | HostedName;

export interface Call {
  service: ServiceName;
  method: string;
  /** Path with query. */
  path: string;
  /** 0: not answered. */
  status: number;
}

export interface Network {
  reach: Record<HostedName | 'token', Reach>;
  calls: Call[];
  /** Addresses of the stand-ins; they are known once the local cloud has started. */
  addresses: Record<HostedName, string>;
}

export interface Gateway {
  port: number;
  close(): void;
}

export const allUp = (): Network['reach'] => ({ storage: 'up', pubsub: 'up', secrets: 'up', token: 'up' });

export const newNetwork = (): Network => ({
  reach: allUp(),
  calls: [],
  addresses: { storage: '', pubsub: '', secrets: '' },
});

/** A VM's way to its metadata server and to Google. */
export async function openGateway(network: Network, metadataPort: number): Promise<Gateway> {
  const addressOf = (service: ServiceName): string =>
    service === 'metadata' ? `127.0.0.1:${metadataPort}` : network.addresses[service];

  const server = createServer((request, response) => {
    const service = serviceOf(request.headers.host ?? '');
    const call: Call = { service, method: request.method ?? '', path: request.url ?? '', status: 0 };
    network.calls.push(call);
    const reach = reachOf(service, call.path, network);
    if (reach === 'down') return void request.destroy();
    response.on('finish', () => (call.status = response.statusCode));
    if (reach === 'forbidden') return refuse(service, request, response);
    if (service === 'metadata' && call.path.startsWith(ADDRESS_PATH)) return answerAddress(request, response);
    passOn(request, response, addressOf(service), (body) =>
      service === 'metadata' ? withGoogleNames(body, network, port) : body,
    );
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerAddress(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': 'application/text' });
  response.end(VM_ADDRESS);
}

/** Of the metadata server, only the access token is ever refused. */
function reachOf(service: ServiceName, path: string, { reach }: Network): Reach {
  if (service !== 'metadata') return reach[service];
  return path.endsWith('/token') ? reach.token : 'up';
}

const serviceOf = (host: string): ServiceName => HOSTED.find((name) => host.startsWith(HOSTS[name])) ?? 'metadata';

/** The addresses of the stand-ins in the VM's metadata, as they are seen from the VM. */
function withGoogleNames(body: Buffer, { addresses }: Network, port: number): Buffer {
  let text = body.toString('utf8');
  for (const name of HOSTED) text = text.replaceAll(`http://${addresses[name]}`, `http://${HOSTS[name]}:${port}`);
  return Buffer.from(text, 'utf8');
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
  change: (body: Buffer) => Buffer,
): void {
  const [host, port] = address.split(':');
  const { method, url: path } = request;
  const onward = httpRequest({ host, port, method, path, headers: { ...request.headers, host: address } }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', () => response.destroy());
    answer.on('end', () => {
      const body = change(Buffer.concat(chunks));
      const headers = { ...answer.headers, 'content-length': String(body.length) };
      delete headers['transfer-encoding'];
      response.writeHead(answer.statusCode ?? 502, headers);
      response.end(body);
    });
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy()); // a long poll that the VM gave up
  request.pipe(onward);
}

/** Google's sentences; https://cloud.google.com/storage/docs/troubleshooting#access-permission and Pub/Sub's. */
function refuse(service: ServiceName, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  if (service === 'metadata') {
    response.writeHead(404, { 'metadata-flavor': 'Google' });
    return void response.end();
  }
  const account = 'mymlops-agent@local.iam.gserviceaccount.com';
  const right = request.method === 'POST' ? 'storage.objects.create' : 'storage.objects.get';
  const publish = 'User not authorized to perform this action: pubsub.topics.publish';
  const access = `Permission 'secretmanager.versions.access' denied for resource '${request.url}' (or it may not exist).`;
  const message =
    service === 'storage'
      ? `${account} does not have ${right} access to the Google Cloud Storage object. Permission '${right}' denied on resource (or it may not exist).`
      : service === 'secrets'
        ? access
        : publish;
  const body = JSON.stringify(
    { error: { code: 403, message, errors: [{ message, domain: 'global', reason: 'forbidden' }] } },
    null,
    2,
  );
  request.on('end', () => {
    response.writeHead(403, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(body);
  });
}
