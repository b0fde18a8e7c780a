// The metadata server as code on a VM sees it: through curl, and through Google's own library.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { existsSync, readFileSync } from 'node:fs';
import { systemClock } from '../../../../deploy/local/shared/clock';
import { startMetadata } from '../../../../deploy/local/metadata';
import type { DescribedVm } from '../../../../deploy/local/shared/metadata-server';
import { auth, eventually } from '../harness';
import { startCloud, vmBody, ZONE, type Cloud, type Resource } from '../compute/fixture';

const run = promisify(execFile);
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

test('leaves, directories and absent paths', async () => {
  expect(await get('instance/name')).toMatchObject({ status: 200, body: 'meta', flavor: 'Google' });
  expect((await get('instance/name')).etag).not.toBe('');
  expect((await get('instance/id')).body).toBe(vm.id);
  expect((await get('instance/zone')).body).toMatch(/^projects\/\d+\/zones\/local-a$/);
  expect((await get('instance/machine-type')).body).toMatch(/^projects\/\d+\/machineTypes\/this-computer$/);
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
  expect(instance.body).not.toContain(auth.vmToken('meta'));
  expect((await get('instance/attributes/?recursive=true&alt=text')).body).toContain('mymlops-run r1\n');
});

test('the service account and its token', async () => {
  const token = JSON.parse((await get('instance/service-accounts/default/token')).body) as Resource;
  expect(token).toEqual({ access_token: auth.vmToken('meta'), expires_in: expect.any(Number), token_type: 'Bearer' });
  const email = (await get('instance/service-accounts/default/email')).body;
  expect(email).toMatch(/@/);
  expect((await get(`instance/service-accounts/${email}/token`)).status).toBe(200);
  expect((await get('instance/service-accounts/nobody/token')).status).toBe(404);
  expect((await get('instance/service-accounts/default/scopes')).body).toMatch(/cloud-platform\n$/);
  expect((await get('instance/service-accounts/default/identity?audience=a')).status).toBe(501);
  expect(cloud.errors.splice(0).join()).toContain('identity');
});

test('the guest agent may write no guest attribute, as on a VM where they are off', async () => {
  const url = `http://${host}/computeMetadata/v1/instance/guest-attributes/guest-agent/sshable`;
  const response = await fetch(url, { method: 'PUT', headers: { 'Metadata-Flavor': 'Google' }, body: '1' });
  expect(response.status).toBe(403);
  expect(await response.text()).toBe('Guest attributes endpoint access is disabled.');
  expect(cloud.errors).toEqual([]);
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
  expect(await raw({ ...flavor, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await raw({ ...flavor, host: 'evil.example' })).toBe(403);
});

test('setMetadata answers a waiting curl at once', async () => {
  const { etag } = await get('instance/attributes/mymlops-run');
  const url = `http://${host}/computeMetadata/v1/instance/attributes/mymlops-run?wait_for_change=true&last_etag=${etag}`;
  const waiting = run('curl', ['-sS', '-f', '-m', '20', '-H', 'Metadata-Flavor: Google', url]);
  const { metadata } = await cloud.ok('GET', `/zones/${ZONE}/instances/meta`);
  const items = metadata.items.map((item: Resource) => (item.key === 'mymlops-run' ? { ...item, value: 'r2' } : item));
  const path = `/zones/${ZONE}/instances/meta/setMetadata`;
  await cloud.ok('POST', path, { fingerprint: metadata.fingerprint, items });
  expect((await waiting).stdout).toBe('r2');
  expect((await cloud.call('POST', path, { fingerprint: metadata.fingerprint, items })).status).toBe(412);
  const { fingerprint } = (await cloud.ok('GET', `/zones/${ZONE}/instances/meta`)).metadata;
  await cloud.ok('POST', path, { fingerprint, items: metadata.items });
});

const VM: DescribedVm = {
  ...{ id: '1', name: 'vm', zone: 'local-a', machineType: 'this-computer', preempted: false, tags: [] },
  ...{ attributes: {}, serviceAccounts: [], projectId: 'local', projectNumber: '1' },
};

test('a wait for an attribute ends when it appears, changes, or comes back', async () => {
  let attributes: Record<string, string> = {};
  let reads = 0;
  const server = await startMetadata({
    port: 0,
    clock: systemClock,
    log: () => undefined,
    vm: () => {
      reads += 1;
      return { ...VM, attributes };
    },
    token: () => '',
  });
  /** What a curl is answered that waits while `change` happens. */
  const answerTo = async (query: string, ...changes: Record<string, string>[]): Promise<string> => {
    const before = reads;
    const url = `http://127.0.0.1:${server.port}/computeMetadata/v1/instance/attributes/k?wait_for_change=true${query}`;
    const answer = run('curl', ['-sSi', '-m', '10', '-H', 'Metadata-Flavor: Google', url]);
    if (changes.length > 0) await eventually(() => reads > before, 'the wait');
    for (const change of changes) {
      attributes = change;
      server.changed();
    }
    return (await answer).stdout;
  };
  const first = await answerTo('', { other: 'x' }, { k: 'one' });
  expect(first).toMatch(/\none$/);
  const etag = /etag: (\w+)/i.exec(first)?.[1];
  expect(etag).toBeTruthy();
  expect(await answerTo('&last_etag=none')).toMatch(/\none$/);
  expect(await answerTo(`&last_etag=${etag}`, { k: 'one', other: 'y' }, { k: 'two' })).toMatch(/\ntwo$/);
  expect(await answerTo(`&last_etag=${etag}`)).toMatch(/\ntwo$/); // had changed before it asked
  expect(await answerTo('', {}, { k: 'two' })).toMatch(/\ntwo$/); // it went and came back
  await server.close();
});

test('a wait ends at its time limit with the current value', async () => {
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
