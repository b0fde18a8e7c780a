import { request } from 'node:http';
import { connect } from 'node:net';
import type { Service } from '../../../../deploy/local/shared/service';
import { Firestore } from '@google-cloud/firestore';
import { PassThroughClient } from 'google-auth-library';
import { auth, TOKEN } from '../harness';
import { codeOf, fixture, rawCall } from './fixture';

const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
const owner = { authorization: `Bearer ${TOKEN}` };

const f = fixture();
let service: Service;
beforeAll(async () => (service = await f.start()));
afterAll(() => f.end());

test.each([
  ['no token', {}, UNAUTHENTICATED],
  ['a wrong token', { authorization: 'Bearer owner' }, UNAUTHENTICATED],
  ['a page', { ...owner, origin: 'http://127.0.0.1' }, PERMISSION_DENIED],
  ['a browser', { ...owner, 'sec-fetch-site': 'same-origin' }, PERMISSION_DENIED],
  ['a proxy', { ...owner, 'x-forwarded-for': '10.0.0.1' }, PERMISSION_DENIED],
] as const)('%s is refused', async (_, headers, code) => {
  const before = f.logs.length;
  for (const method of ['Commit', 'RunQuery', 'Listen', 'BatchWrite']) {
    expect(await rawCall(service, { method, headers })).toMatchObject({ code });
  }
  expect(f.logs.slice(before)).toHaveLength(4);
  expect(JSON.stringify(f.logs)).not.toContain(TOKEN);
});

test('a foreign host name that resolves to this computer is refused', async () => {
  const foreign = { method: 'Commit', headers: owner, authority: 'firestore.attacker.example:80' };
  expect(await rawCall(service, foreign)).toMatchObject({ code: PERMISSION_DENIED });
  const INVALID_ARGUMENT = 3; // auth accepted it: the empty request itself is refused
  expect(await rawCall(service, { ...foreign, authority: 'localhost:80' })).toMatchObject({ code: INVALID_ARGUMENT });
});

test.each(['Commit', 'RunQuery', 'BatchGetDocuments', 'ListCollectionIds'])(
  'a VM has no right to %s, and the log says which it lacks',
  async (method) => {
    const headers = { authorization: `Bearer ${auth.vmToken('mymlops-x-1')}` };
    expect(await rawCall(service, { method, headers })).toMatchObject({
      code: PERMISSION_DENIED,
      details: 'Missing or insufficient permissions.',
    });
    expect(f.logs.at(-1)).toMatchObject({
      message: 'call refused',
      fields: { identity: 'vm', permission: expect.stringMatching(/^datastore\.entities\./) },
    });
  },
);

const openVm = (): Firestore =>
  new Firestore({
    projectId: 'local',
    databaseId: 'mymlops-runs',
    host: service.address,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${auth.vmToken('mymlops-x-1')}` },
    authClient: new PassThroughClient(),
  });

test('Listen refuses a VM its target', async () => {
  const vm = openVm();
  const refused = await new Promise((resolve) => vm.doc('runs/x').onSnapshot(() => undefined, resolve));
  expect(String(refused)).toBe('Error: Error 7: Missing or insufficient permissions.');
  await vm.terminate();
});

test("Google's client with a VM's token changes nothing", async () => {
  const vm = openVm();
  f.defer(() => vm.terminate());
  expect(await codeOf(vm.doc('runs/a').set({ n: 1 }))).toBe(PERMISSION_DENIED);
  expect((await f.client(service).doc('runs/a').get()).exists).toBe(false);
});

test('an HTTP/1 request, which a page can send, does nothing', async () => {
  const [host, port] = service.address.split(':');
  const path = '/google.firestore.v1.Firestore/Commit';
  const headers = { ...owner, 'content-type': 'application/grpc' };
  const outcome = await new Promise<string>((resolve) => {
    const call = request({ host, port, path, method: 'POST', headers }, (response) => {
      response.resume();
      resolve(`status ${response.statusCode}`);
    });
    call.on('error', () => resolve('connection ended')).end('x'.repeat(100));
  });
  expect(outcome === 'connection ended' || /^status [45]/.test(outcome)).toBe(true);
  await f.client(service).doc('runs/b').set({ n: 1 }); // and it still serves
});

test('a connection that sends garbage or nothing does not hold up close()', async () => {
  const life = fixture();
  const { address, ...running } = await life.start();
  const sockets = ['garbage\r\n\r\n', ''].map((text) => {
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    socket.on('error', () => undefined);
    return new Promise<void>((resolve) => {
      socket.on('connect', () => socket.write(text, () => resolve()));
      life.defer(() => socket.destroy());
    });
  });
  await Promise.all(sockets);
  await running.close();
  await life.end();
});
