// Every listener of a running local cloud refuses what a web page, another user or another computer could send.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { rawCall } from '../deploy/local/firestore/fixture';
import { expectOk, newDesk, type Desk, until } from './desk';
import { bucketsIn } from '../deploy/local/buckets-in';

const SERVICES = ['firestore', 'pubsub', 'compute', 'storage', 'secrets'] as const;

let desk: Desk;
/** The metadata server of a VM that executes a notebook all the while, and that VM's token. */
let metadata: string;
let vmToken: string;

beforeAll(async () => {
  desk = await newDesk();
  const notebook = desk.notebook('long.ipynb', ['import time', 'time.sleep(600)']);
  expectOk(await desk.client('commit', notebook, '--detach'));
  const [pid] = await until('a VM', () => {
    const found = desk.vmProcesses();
    return found.length > 0 ? found : undefined;
  });
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  metadata = variables.find((one) => one.startsWith('GCE_METADATA_HOST='))?.split('=')[1] ?? '';
  const { status, text } = await http(metadata, { path: VM_TOKEN, method: 'GET', headers: FLAVOR });
  expect(status).toBe(200);
  vmToken = (JSON.parse(text) as { access_token: string }).access_token;
});
afterAll(() => desk.close(), 60_000);

const VM_TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';
const FLAVOR = { 'metadata-flavor': 'Google' };

function http(address: string, options: RequestOptions, body = ''): Promise<{ status: number; text: string }> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ host, port: Number(port), method: 'POST', ...options }, (response) => {
      let text = '';
      response.on('data', (bytes: Buffer) => (text += bytes.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end(body);
  });
}

type Headers = Record<string, string>;

/**
 * Something that a service does for an allowed caller. Returns `allowed` where auth accepted the call, even if the request
 * itself was invalid: a test that took that for a refusal would pass without any auth.
 */
type Action = (headers: Headers) => Promise<'allowed' | 'refused'>;

const viaHttp =
  (service: (typeof SERVICES)[number], path: string): Action =>
  async (headers) => {
    const { status, text } = await http(desk.endpoints()[service], { path, headers }, '{}');
    if (status === 401 || status === 403) return 'refused';
    if (status === 200 || status === 400) return 'allowed';
    throw new Error(`neither allowed nor refused: ${status} ${text}`);
  };

const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

const viaGrpc =
  (service: (typeof SERVICES)[number], of: string, method: string, body: Buffer = Buffer.alloc(0)): Action =>
  async ({ host: authority, ...headers }) => {
    const call = { of, method, body, headers, ...(authority !== undefined && { authority }) };
    const { code, details } = await rawCall({ address: desk.endpoints()[service] }, call);
    if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return 'refused';
    if (code === 0 || code === 3) return 'allowed';
    throw new Error(`neither allowed nor refused: ${code} ${details}`);
  };

const REQUESTS = 'projects/local/topics/mymlops-requests';
/** A protobuf message whose first field is this text. */
const firstField = (text: string): Buffer => Buffer.concat([Buffer.from([10, text.length]), Buffer.from(text)]);

const uploadTo = (bucket: string): Action =>
  viaHttp('storage', `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=evil`);

const ACTIONS: [string, Action][] = [
  ['Firestore, a commit', viaGrpc('firestore', 'google.firestore.v1.Firestore', 'Commit')],
  ['Firestore, a query', viaGrpc('firestore', 'google.firestore.v1.Firestore', 'RunQuery')],
  ['Pub/Sub by gRPC, a request', viaGrpc('pubsub', 'google.pubsub.v1.Publisher', 'Publish', firstField(REQUESTS))],
  ['Pub/Sub by REST, a request', viaHttp('pubsub', `/v1/${REQUESTS}:publish`)],
  ['Compute, a VM', viaHttp('compute', '/compute/v1/projects/local/zones/local-a/instances')],
  ['Secret Manager, a secret', viaHttp('secrets', '/v1/projects/local/secrets?secretId=evil')],
  ['Storage, a bucket', viaHttp('storage', '/storage/v1/b')],
  ['Storage, an object', (headers) => uploadTo(bucketsIn(desk.home).results)(headers)],
];

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const clientToken = (): string =>
  (JSON.parse(readFileSync(join(desk.home, 'endpoints.json'), 'utf8')) as { token: string }).token;

interface Tokens {
  owner: string;
  vm: string;
}

/** What a page, another user, another computer, or the code on a VM could send. */
const ATTACKS: [string, (tokens: Tokens) => Headers][] = [
  ['without a token', () => ({})],
  ['as text/plain, the POST that a page may send unasked', () => ({ 'content-type': 'text/plain' })],
  ['with a wrong token', ({ owner }) => bearer(`${owner}x`)],
  ["with a VM's token", ({ vm }) => bearer(vm)],
  ["with another VM's token", ({ vm }) => bearer(vm.replace(/^vm\.[^.]+/, 'vm.another'))],
  ['with an Origin', ({ owner }) => ({ ...bearer(owner), origin: 'https://example.org' })],
  ['with a foreign Host', ({ owner }) => ({ ...bearer(owner), host: 'attacker.example:80' })],
  ['through a proxy', ({ owner }) => ({ ...bearer(owner), 'x-forwarded-for': '10.0.0.1' })],
  ['from a page', ({ owner }) => ({ ...bearer(owner), 'sec-fetch-site': 'cross-site' })],
];

describe.each(ACTIONS)('%s', (name, act) => {
  // A VM's own objects lie in the bucket.
  const attacks = ATTACKS.filter(([attack]) => name !== 'Storage, an object' || attack !== "with a VM's token");
  test.each(attacks)('is refused %s', async (_attack, headersOf) => {
    expect(await act(headersOf({ owner: desk.endpoints().token, vm: vmToken }))).toBe('refused');
  });

  test('is allowed to the owner', async () => {
    expect(await act(bearer(desk.endpoints().token))).toBe('allowed');
  });
});

describe('the metadata server of a VM', () => {
  test.each([
    ['without Metadata-Flavor', {}],
    ['with another Metadata-Flavor', { 'metadata-flavor': 'other' }],
    ['through a proxy', { ...FLAVOR, 'x-forwarded-for': '10.0.0.1' }],
    ['with an Origin', { ...FLAVOR, origin: 'https://example.org' }],
    ['from a page', { ...FLAVOR, 'sec-fetch-site': 'cross-site' }],
    ['with a foreign Host', { ...FLAVOR, host: 'attacker.example' }],
  ])('gives no token %s', async (_name, headers) => {
    const { status, text } = await http(metadata, { path: VM_TOKEN, method: 'GET', headers });
    expect(status).toBe(403);
    expect(text).not.toContain(vmToken);
  });
});

/** Of /proc; nothing of a process that has ended meanwhile, as the agent's short-lived ones do. */
function processFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Linux only: the process and all that it started. */
function familyOf(pid: number): number[] {
  const children = processFile(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Linux only: where the process listens, as /proc/net/tcp and tcp6 tell it (address and port in hexadecimal). */
function listenersOf(pid: number): string[] {
  const links = descriptorsOf(pid).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ''; // closed meanwhile
    }
  });
  const LISTEN = '0A';
  return ['tcp', 'tcp6'].flatMap((table) =>
    processFile(pid, `net/${table}`)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === LISTEN && links.includes(`socket:[${columns[9]}]`))
      .map((columns) => columns[1] ?? ''),
  );
}

test('nothing listens beyond loopback: services and metadata on ports of 127.0.0.1, the functions on no port', () => {
  const { pid } = desk.endpoints();
  const addresses = [...SERVICES.map((service) => desk.endpoints()[service]), metadata];
  const inHex = (address: string): string => Number(address.split(':')[1]).toString(16).toUpperCase().padStart(4, '0');
  // 127.0.0.1, in the byte order of /proc/net/tcp.
  expect(listenersOf(pid).toSorted()).toEqual(addresses.map((address) => `0100007F:${inHex(address)}`).toSorted());
  const family = familyOf(pid).filter((one) => one !== pid);
  expect(family.length).toBeGreaterThan(0);
  expect(family.flatMap(listenersOf)).toEqual([]);
});

test('the socket of the functions is for this user alone, and they let nobody through but Pub/Sub', async () => {
  const socket = join(desk.home, 'functions.sock');
  const { token } = desk.endpoints();
  for (const headers of [{}, bearer(token), bearer(vmToken), bearer(clientToken())]) {
    for (const path of ['/request', '/event', '/sweep']) {
      expect(await http('', { socketPath: socket, path, headers }, '{}')).toMatchObject({ status: 403 });
    }
  }
  expect(statSync(socket).isSocket()).toBe(true);
  expect(statSync(desk.home).mode & 0o077).toBe(0);
});

test('the token is for this user alone', () => {
  for (const file of ['endpoints.json', 'token']) expect(statSync(join(desk.home, file)).mode & 0o077).toBe(0);
  expect(statSync(desk.home).mode & 0o077).toBe(0);
});

test('after all that nothing has happened but what the owner did', async () => {
  expect(JSON.parse(expectOk(await desk.client('ps', '--json')).stdout)).toHaveLength(1);
  const { compute, token } = desk.endpoints();
  const list = { path: '/compute/v1/projects/local/aggregated/instances', method: 'GET', headers: bearer(token) };
  expect((await http(compute, list)).text.match(/"compute#instance"/g)).toHaveLength(1);
});
