// Every listener of a running local cloud refuses what a web page, another user or another machine could send.
import { request, type RequestOptions } from 'node:http';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expectOk, newDesk, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
}, 60_000);
afterAll(() => desk.close());

const SERVICES = ['firestore', 'pubsub', 'compute', 'storage'] as const;

/** Something that each service would do if it were allowed to. */
const ACTIONS: Record<(typeof SERVICES)[number], string> = {
  firestore: '/google.firestore.v1.Firestore/Commit',
  pubsub: '/v1/projects/local/topics/mymlops-requests:publish',
  compute: '/compute/v1/projects/local/zones/local-a/instances',
  storage: '/upload/storage/v1/b/local-mymlops/o?uploadType=media&name=evil',
};

function call(address: string, options: RequestOptions, body = '{}'): Promise<number> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ host, port: Number(port), method: 'POST', ...options }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    // A listener that speaks gRPC alone ends the connection: nothing was done.
    sent.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'HPE_INVALID_CONSTANT', 'EPIPE'].includes(error.code ?? '') ? resolve(403) : reject(error),
    );
    sent.end(body);
  });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const ATTACKS: [string, (token: string) => Record<string, string>][] = [
  ['without a token', () => ({})],
  ['with a wrong token', (token) => bearer(`${token}x`)],
  ['as text/plain, as a page can without asking', () => ({ 'content-type': 'text/plain' })],
  ['with an Origin, even with the token', (token) => ({ ...bearer(token), origin: 'https://example.org' })],
  ['with a foreign Host, even with the token', (token) => ({ ...bearer(token), host: 'attacker.example:80' })],
  ['through a proxy, even with the token', (token) => ({ ...bearer(token), 'x-forwarded-for': '10.0.0.1' })],
  ['from a page, even with the token', (token) => ({ ...bearer(token), 'sec-fetch-site': 'cross-site' })],
];

describe.each(SERVICES)('%s', (service) => {
  test.each(ATTACKS)('refuses a POST %s', async (_name, headers) => {
    const endpoints = desk.endpoints();
    const status = await call(endpoints[service], { path: ACTIONS[service], headers: headers(endpoints.token) });
    expect([401, 403, 415]).toContain(status);
  });
});

test('the token is for this user alone', () => {
  for (const file of ['endpoints.json', 'token']) expect(statSync(join(desk.home, file)).mode & 0o077).toBe(0);
  expect(statSync(desk.home).mode & 0o077).toBe(0);
});

test('nothing listens beyond loopback', () => {
  const { pid } = desk.endpoints();
  const listening = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === '0A');
  const ports = new Set(SERVICES.map((service) => Number(desk.endpoints()[service].split(':')[1])));
  const ours = listening.filter((columns) => ports.has(parseInt(columns[1]?.split(':')[1] ?? '', 16)));
  expect(ours).toHaveLength(SERVICES.length);
  // 127.0.0.1, in the byte order of /proc/net/tcp.
  for (const columns of ours) expect(columns[1]).toMatch(/^0100007F:/);
});

test('after all that nothing has happened', async () => {
  expect(JSON.parse(expectOk(await desk.client('ps', '--json')).stdout)).toEqual([]);
  expect(desk.vmProcesses()).toEqual([]);
});
