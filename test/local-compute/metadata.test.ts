// The metadata server as code on a VM sees it: through curl, and through Google's own library.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { existsSync, readFileSync } from 'node:fs';
import { guard, eventually, startCloud, vmBody, ZONE, type Cloud, type Resource } from './harness';

const run = promisify(execFile);
const CONTROL = 'instance/attributes/mymlops-control';
let cloud: Cloud;
let vm: Resource;
let host: string;

beforeAll(async () => {
  cloud = await startCloud();
  const startup = 'echo "$GCE_METADATA_HOST" > host; exec sleep 100';
  const metadata = { 'mymlops-run': 'r1', empty: '', two: 'a\nb' };
  vm = await cloud.insert(vmBody({ name: 'meta', startup, metadata }));
  const file = `${cloud.vmFolder(vm)}/home/host`;
  await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  host = readFileSync(file, 'utf8').trim();
});
afterAll(() => cloud.end());

interface Got {
  status: number;
  body: string;
  etag: string;
  flavor: string;
}

async function get(path: string, headers: Record<string, string> = { 'Metadata-Flavor': 'Google' }): Promise<Got> {
  const response = await fetch(`http://${host}/computeMetadata/v1/${path}`, { headers, redirect: 'manual' });
  const { status } = response;
  const [etag, flavor] = ['etag', 'metadata-flavor'].map((name) => response.headers.get(name) ?? '');
  return { status, body: await response.text(), etag: etag ?? '', flavor: flavor ?? '' };
}

async function setControl(value: string | null): Promise<void> {
  const { metadata } = await cloud.ok('GET', `/zones/${ZONE}/instances/meta`);
  const items = metadata.items.filter((item: Resource) => item.key !== 'mymlops-control');
  if (value !== null) items.push({ key: 'mymlops-control', value });
  await cloud.ok('POST', `/zones/${ZONE}/instances/meta/setMetadata`, { fingerprint: metadata.fingerprint, items });
}

test('leaves, directories and what is absent', async () => {
  expect(await get('instance/name')).toMatchObject({ status: 200, body: 'meta', flavor: 'Google' });
  expect((await get('instance/name')).etag).not.toBe('');
  expect((await get('instance/id')).body).toBe(vm.id);
  expect((await get('instance/zone')).body).toMatch(/^projects\/\d+\/zones\/local-a$/);
  expect((await get('instance/machine-type')).body).toMatch(/^projects\/\d+\/machineTypes\/this-machine$/);
  expect((await get('instance/preempted')).body).toBe('FALSE');
  expect((await get('project/project-id')).body).toBe('local');
  expect((await get('project/numeric-project-id')).body).toMatch(/^\d+$/);
  expect((await get('instance/attributes/mymlops-run')).body).toBe('r1');
  expect((await get('instance/attributes/empty')).body).toBe('');
  expect((await get('instance/attributes/')).body.split('\n')).toEqual([
    'mymlops-run',
    'empty',
    'two',
    'startup-script',
    '',
  ]);
  expect((await get('instance/attributes/none')).status).toBe(404);
  expect((await get('instance/attributes/constructor')).status).toBe(404);
  expect((await get('instance/attributes')).status).toBe(301);
  expect((await get('instance/service-accounts/')).body).toContain('default/\n');
});

test('recursive', async () => {
  const attributes = JSON.parse((await get('instance/attributes/?recursive=true&alt=json')).body) as Resource;
  expect(attributes).toMatchObject({ 'mymlops-run': 'r1', two: 'a\nb' });
  const instance = await get('instance/?recursive=true');
  expect(instance.body).toContain(`"id":${vm.id},`); // a bare number, as on Google
  expect(JSON.parse(instance.body)).toMatchObject({ name: 'meta', attributes, serviceAccounts: { default: {} } });
  expect(instance.body).not.toContain(guard.vmToken('meta'));
  expect((await get('instance/attributes/?recursive=true&alt=text')).body).toContain('mymlops-run r1\n');
});

test('the service account and its token', async () => {
  const token = JSON.parse((await get('instance/service-accounts/default/token')).body) as Resource;
  expect(token).toEqual({ access_token: guard.vmToken('meta'), expires_in: expect.any(Number), token_type: 'Bearer' });
  const email = (await get('instance/service-accounts/default/email')).body;
  expect(email).toMatch(/@/);
  expect((await get(`instance/service-accounts/${email}/token`)).status).toBe(200);
  expect((await get('instance/service-accounts/nobody/token')).status).toBe(404);
  expect((await get('instance/service-accounts/default/scopes')).body).toMatch(/cloud-platform\n$/);
  expect((await get('instance/service-accounts/default/identity?audience=a')).status).toBe(501);
  expect(cloud.errors.splice(0).join()).toContain('identity');
});

test('requests of browsers, proxies and rebound names are refused', async () => {
  expect((await get('instance/name', {})).status).toBe(403);
  expect((await get('instance/name', { 'Metadata-Flavor': 'google' })).status).toBe(403);
  const raw = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const [hostname, port] = host.split(':');
      const options = { hostname, port, path: '/computeMetadata/v1/instance/name', headers };
      const sent = request(options, (response) => resolve(response.resume().statusCode ?? 0));
      sent.on('error', reject);
      sent.end();
    });
  const flavor = { 'metadata-flavor': 'Google' };
  expect(await raw(flavor)).toBe(200);
  expect(await raw({ ...flavor, origin: 'http://evil.example' })).toBe(403);
  expect(await raw({ ...flavor, 'x-forwarded-for': '1.2.3.4' })).toBe(403);
  expect(await raw({ ...flavor, 'sec-fetch-mode': 'cors' })).toBe(403);
  expect(await raw({ ...flavor, host: 'evil.example' })).toBe(403);
});

test('curl waits for an attribute that appears, changes, vanishes and comes back', async () => {
  const curl = async (query: string): Promise<string> => {
    const url = `http://${host}/computeMetadata/v1/${CONTROL}?wait_for_change=true&timeout_sec=20${query}`;
    return (await run('curl', ['-sS', '-f', '-H', 'Metadata-Flavor: Google', url])).stdout;
  };
  /** Sends a wait; returns once the server holds it: a wait that has not been seen would miss the change. */
  const held = async (query: string): Promise<Promise<string>> => {
    const pending = curl(query);
    let isSettled = false;
    void pending.finally(() => (isSettled = true)).catch(() => undefined);
    await eventually(async () => (await connections()) > 0 || isSettled);
    return pending;
  };
  const connections = async (): Promise<number> => {
    const hexPort = Number(host.split(':')[1]).toString(16).toUpperCase().padStart(4, '0');
    const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
    return lines.filter((line) => line.includes(`0100007F:${hexPort} `) && / 01 /.test(line)).length;
  };
  const appears = await held('');
  await setControl('one');
  expect(await appears).toBe('one');
  const { etag } = await get(CONTROL);
  expect(await curl('&last_etag=other')).toBe('one');
  const changes = await held(`&last_etag=${etag}`);
  await setControl('two');
  expect(await changes).toBe('two');
  expect(await curl(`&last_etag=${etag}`)).toBe('two'); // changed before it asked
  await setControl(null);
  expect((await get(CONTROL)).status).toBe(404);
  const back = await held(`&last_etag=${etag}`);
  await setControl('three');
  expect(await back).toBe('three');
});

test('a wait ends at its time limit with what there is', async () => {
  const wait = 'wait_for_change=true&timeout_sec=0';
  expect(await get(`instance/name?${wait}`)).toMatchObject({ status: 200, body: 'meta' });
  expect((await get(`instance/attributes/none?${wait}`)).status).toBe(404);
  expect((await get('instance/name?wait_for_change=true&timeout_sec=soon')).status).toBe(400);
});

test("Google's own library finds project, token and attributes", async () => {
  const script = `const m = require('gcp-metadata');
    (async () => console.log(JSON.stringify([await m.isAvailable(), await m.project('project-id'),
      (await m.instance('service-accounts/default/token')).token_type, await m.instance('attributes/mymlops-run'),
      String(await m.instance('id'))])))()`;
  const env = { PATH: process.env['PATH'] ?? '', GCE_METADATA_HOST: host };
  const { stdout } = await run(process.execPath, ['-e', script], { env, cwd: process.cwd() });
  expect(JSON.parse(stdout)).toEqual([true, 'local', 'Bearer', 'r1', vm.id]);
});

test('a VM without a service account has no token', async () => {
  const bare = {
    ...vmBody({ name: 'bare', startup: 'echo "$GCE_METADATA_HOST" > host; exec sleep 100' }),
    serviceAccounts: [],
  };
  const other = await cloud.insert(bare);
  const file = `${cloud.vmFolder(other)}/home/host`;
  await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const url = `http://${readFileSync(file, 'utf8').trim()}/computeMetadata/v1/instance/service-accounts/default/token`;
  expect((await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } })).status).toBe(404);
});
