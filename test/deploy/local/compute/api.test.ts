import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { auth, TOKEN } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

let cloud: Cloud;
const scripted: { onInsert?: Resource; onDelete?: Resource } = {};
beforeAll(async () => {
  const take = (name: 'onInsert' | 'onDelete') => () => {
    const fault = scripted[name];
    delete scripted[name];
    return fault as never;
  };
  cloud = await startCloud({ faults: { onInsert: take('onInsert'), onDelete: take('onDelete') } });
});
afterAll(() => cloud.end());

const INSTANCES = `/zones/${ZONE}/instances`;
const reasonOf = (body: Resource): unknown => body.error?.errors?.[0]?.reason;

const gpu = (type: string) => ({ acceleratorType: `zones/${ZONE}/acceleratorTypes/${type}`, acceleratorCount: 2 });

describe('insert refuses what Google refuses, and makes nothing', () => {
  const long = 'x'.repeat(256 * 1024);
  const base = vmBody({ name: 'bad' });
  const disk = base.disks[0];
  const init = disk.initializeParams;
  const withScheduling = (scheduling: Resource): Resource => vmBody({ name: 'bad', scheduling });
  const table: [string, Resource, string?][] = [
    ['a name with capitals', { ...base, name: 'Bad' }],
    ['a name of 64 letters', { ...base, name: 'b'.repeat(64) }],
    ['no name', { ...base, name: undefined }, 'required'],
    ['no machine type', { ...base, machineType: undefined }, 'required'],
    ['an unknown machine type', vmBody({ name: 'bad', machineType: 'x9-standard-4' })],
    ['a machine type of another zone', { ...base, machineType: 'zones/local-b/machineTypes/this-computer' }],
    ['a bare machine type', { ...base, machineType: 'this-computer' }],
    ['no disk', { ...base, disks: [] }],
    ['no boot disk', { ...base, disks: [{ ...disk, boot: false }] }],
    ['a boot disk without an image', { ...base, disks: [{ ...disk, initializeParams: {} }] }],
    ['two sources', { ...base, disks: [{ ...disk, source: `zones/${ZONE}/disks/d` }] }],
    [
      'a size that is not a number',
      { ...base, disks: [{ ...disk, initializeParams: { ...init, diskSizeGb: 'big' } }] },
    ],
    ['no network interface', { ...base, networkInterfaces: [] }],
    ['two service accounts', { ...base, serviceAccounts: [...base.serviceAccounts, ...base.serviceAccounts] }],
    ['a bare accelerator', { ...base, guestAccelerators: [{ acceleratorType: 'nvidia-l4', acceleratorCount: 1 }] }],
    ['an accelerator that is none', { ...base, guestAccelerators: [gpu('abacus')], scheduling: SPOT }],
    ['no accelerators of a type', { ...base, guestAccelerators: [{ ...gpu('nvidia-l4'), acceleratorCount: 0 }] }],
    ['an accelerator on a VM that migrates', { ...base, guestAccelerators: [gpu('nvidia-l4')] }],
    [
      'an image and a snapshot',
      { ...base, disks: [{ ...disk, initializeParams: { ...init, sourceSnapshot: 'projects/p/global/snapshots/s' } }] },
    ],
    ['a label key with a capital', vmBody({ name: 'bad', labels: { Run: 'x' } })],
    ['a label value with a capital', vmBody({ name: 'bad', labels: { run: 'X' } })],
    ['a label value of 64 letters', vmBody({ name: 'bad', labels: { run: 'x'.repeat(64) } })],
    ['a metadata key with a dot', vmBody({ name: 'bad', metadata: { 'a.b': 'x' } })],
    ['a metadata value over 256 KiB', vmBody({ name: 'bad', metadata: { a: `${long}x` } })],
    ['metadata over 512 KiB', vmBody({ name: 'bad', metadata: { a: long, b: long } })],
    ['a metadata key twice', { ...base, metadata: { items: [{ key: 'a' }, { key: 'a' }] } }],
    ['maxRunDuration without an action', withScheduling({ maxRunDuration: { seconds: '600' } })],
    ['a short maxRunDuration', withScheduling({ ...SPOT, maxRunDuration: { seconds: '29' } })],
    ['an action on a standard VM without a deadline', withScheduling({ instanceTerminationAction: 'DELETE' })],
    ['an unknown provisioning model', withScheduling({ provisioningModel: 'CHEAP' })],
    ['a Spot VM that restarts', withScheduling({ ...SPOT, automaticRestart: true })],
    ['a GPU VM that migrates', vmBody({ name: 'bad', machineType: 'g2-standard-8' })],
  ];
  test.each(table)('%s', async (_, body, reason = 'invalid') => {
    const answer = await cloud.call('POST', INSTANCES, body);
    expect([answer.status, reasonOf(answer.body)]).toEqual([400, reason]);
    expect(answer.body.error.message).toBeTruthy();
    expect((await cloud.call('GET', `${INSTANCES}/bad`)).status).toBe(404);
    expect((await cloud.call('GET', `/zones/${ZONE}/disks/bad`)).status).toBe(404);
  });

  test('metadata of exactly 256 KiB a value is fine', async () => {
    await cloud.insert(vmBody({ name: 'full', metadata: { a: long } }));
    await cloud.done('DELETE', `${INSTANCES}/full`);
  });

  test('an unknown zone, project, body', async () => {
    const body = vmBody({ name: 'bad' });
    expect((await cloud.call('POST', '/zones/moon-a/instances', body)).status).toBe(400);
    expect((await cloud.call('POST', INSTANCES, 'text')).status).toBe(400);
    const other = await fetch(`http://${cloud.service.address}/compute/v1/projects/other/zones`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(other.status).toBe(404);
  });
});

describe('who may call', () => {
  const post = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const [host, port] = cloud.service.address.split(':');
      const path = `/compute/v1/projects/local${INSTANCES}`;
      const sent = request({ host, port, path, method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(vmBody({ name: 'evil', startup: 'touch evil' })));
    });
  const json = { 'content-type': 'application/json' };
  const owner = { authorization: `Bearer ${TOKEN}` };
  test.each<[string, Record<string, string>, number]>([
    ['without a token', json, 401],
    ['with a wrong token', { ...json, authorization: `Bearer ${TOKEN}x` }, 401],
    ['with the token of a VM', { ...json, authorization: `Bearer ${auth.vmToken('vm')}` }, 403],
    ['with an Origin', { ...json, ...owner, origin: 'http://evil.example' }, 403],
    ['with Sec-Fetch-Site', { ...json, ...owner, 'sec-fetch-site': 'cross-site' }, 403],
    ['through a proxy', { ...json, ...owner, 'x-forwarded-for': '1.2.3.4' }, 403],
    ['with a foreign Host', { ...json, ...owner, host: 'evil.example' }, 403],
    ['as text/plain without a token', { 'content-type': 'text/plain' }, 401],
    ['as text/plain with a token', { ...owner, 'content-type': 'text/plain' }, 415],
  ])('%s: refused, and no VM appears', async (_, headers, status) => {
    const before = await cloud.ok('GET', `/zones/${ZONE}/operations`);
    expect(await post(headers)).toBe(status);
    expect((await cloud.call('GET', `${INSTANCES}/evil`)).status).toBe(404);
    expect(await cloud.ok('GET', `/zones/${ZONE}/operations`)).toEqual(before);
  });
});

test('a request id that another target had is not a repetition', async () => {
  const query = `?requestId=${randomUUID()}`;
  const targets = ['first', 'second'];
  const ids = async (call: (name: string) => Promise<Resource>): Promise<number> =>
    new Set((await Promise.all(targets.map(call))).map(({ targetId }) => targetId)).size;
  expect(await ids((name) => cloud.done('POST', `${INSTANCES}${query}`, vmBody({ name, autoDelete: false })))).toBe(2);
  expect(await ids((name) => cloud.done('DELETE', `${INSTANCES}/${name}${query}`))).toBe(2);
  expect(await ids((name) => cloud.done('DELETE', `/zones/${ZONE}/disks/${name}${query}`))).toBe(2);
  expect((await cloud.ok('GET', INSTANCES)).items).toBeUndefined();
});

test('an insert is PENDING first, RUNNING in between, then DONE, and its operation says what it was', async () => {
  const requestId = randomUUID();
  const operation = await cloud.ok('POST', `${INSTANCES}?requestId=${requestId}`, vmBody({ name: 'async' }));
  expect(operation).toMatchObject({ kind: 'compute#operation', status: 'PENDING', operationType: 'insert' });
  expect(operation.targetLink).toMatch(/\/zones\/local-a\/instances\/async$/);
  expect(operation.clientOperationId).toBe(requestId);
  const done = await cloud.ok('POST', `/zones/${ZONE}/operations/${operation.name}/wait`);
  expect(done).toMatchObject({ status: 'DONE', progress: 100, targetId: operation.targetId });
  expect(done.error).toBeUndefined();
  const repeated = await cloud.ok('POST', `${INSTANCES}?requestId=${requestId}`, vmBody({ name: 'async' }));
  expect(repeated).toMatchObject({ name: operation.name, status: 'DONE' });
  const conflict = await cloud.call('POST', `${INSTANCES}?requestId=${randomUUID()}`, vmBody({ name: 'async' }));
  expect([conflict.status, reasonOf(conflict.body)]).toEqual([409, 'alreadyExists']);
  expect((await cloud.call('POST', `${INSTANCES}?requestId=nonsense`, vmBody({ name: 'other' }))).status).toBe(400);

  const deletion = `${INSTANCES}/async?requestId=${requestId}`;
  const removed = await cloud.done('DELETE', deletion);
  expect(removed).toMatchObject({ operationType: 'delete', targetId: operation.targetId });
  expect((await cloud.ok('DELETE', deletion)).name).toBe(removed.name); // repeated after the VM is gone
  expect((await cloud.call('DELETE', `${INSTANCES}/async`)).status).toBe(404);
});

test('the same name may be taken in another zone', async () => {
  await cloud.insert(vmBody({ name: 'twin' }));
  const body = { ...vmBody({ name: 'twin' }), machineType: 'zones/local-b/machineTypes/this-computer' };
  expect((await cloud.done('POST', '/zones/local-b/instances', body)).error).toBeUndefined();
  await cloud.done('DELETE', '/zones/local-b/instances/twin');
  expect((await cloud.ok('GET', `${INSTANCES}/twin`)).status).toBe('RUNNING');
  await cloud.done('DELETE', `${INSTANCES}/twin`);
});

test('a scripted fault ends the insert with its error and leaves neither VM nor disk', async () => {
  const errorDetails = [{ errorInfo: { reason: 'resource_availability', metadatas: { zonesAvailable: 'local-b' } } }];
  scripted.onInsert = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', message: 'no more', errorDetails };
  const operation = await cloud.done('POST', INSTANCES, vmBody({ name: 'faulty' }));
  expect(operation).toMatchObject({
    status: 'DONE',
    httpErrorStatusCode: 503,
    httpErrorMessage: 'SERVICE UNAVAILABLE',
  });
  expect(operation.error.errors).toEqual([
    { code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', message: 'no more', errorDetails },
  ]);
  expect((await cloud.call('GET', `${INSTANCES}/faulty`)).status).toBe(404);
  expect((await cloud.call('GET', `/zones/${ZONE}/disks/faulty`)).status).toBe(404);
  const vm = await cloud.insert(vmBody({ name: 'faulty' }));

  scripted.onDelete = { code: 'RESOURCE_OPERATION_RATE_EXCEEDED', message: 'later' };
  expect((await cloud.done('DELETE', `${INSTANCES}/faulty`)).error.errors[0].code).toMatch(/RATE/);
  expect((await cloud.ok('GET', `${INSTANCES}/faulty`)).status).toBe('RUNNING');
  await cloud.done('DELETE', `${INSTANCES}/faulty`);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
});

test('lists filter and page', async () => {
  const names = ['list-a', 'list-b', 'list-c'];
  for (const name of names) {
    await cloud.insert(
      vmBody({ name, labels: { kind: 'listed', which: name, odd: name === 'list-b' ? 'no' : 'yes' } }),
    );
  }
  const matching = async (filter: string): Promise<string[]> => {
    const answer = await cloud.ok('GET', `${INSTANCES}?filter=${encodeURIComponent(filter)}`);
    return (answer.items ?? []).map((vm: Resource) => vm.name);
  };
  expect(await matching('labels.kind=listed')).toEqual(names);
  expect(await matching('labels.which = "list-b"')).toEqual(['list-b']);
  expect(await matching('labels.which:*')).toEqual(names);
  expect(await matching('(labels.kind = listed) (labels.odd = yes)')).toEqual(['list-a', 'list-c']);
  expect(await matching('labels.kind=listed AND labels.odd!=yes')).toEqual(['list-b']);
  expect(await matching('name eq "list-[ab]"')).toEqual(['list-a', 'list-b']);
  expect(await matching('(status = RUNNING) (labels.which = list-c)')).toEqual(['list-c']);
  expect(await matching('labels.kind=nothing')).toEqual([]);
  for (const bad of ['labels.kind', 'labels.kind=a OR labels.kind=b', '(name=x', 'NOT name=x']) {
    const answer = await cloud.call('GET', `${INSTANCES}?filter=${encodeURIComponent(bad)}`);
    expect([bad, answer.status]).toEqual([bad, 400]);
  }

  const query = 'filter=labels.kind%3Dlisted&maxResults=2';
  const first = await cloud.ok('GET', `/aggregated/instances?${query}`);
  expect(first.items[`zones/${ZONE}`].instances).toHaveLength(2);
  expect(first.items['zones/local-b'].warning.code).toBe('NO_RESULTS_ON_PAGE');
  await cloud.done('DELETE', `${INSTANCES}/list-a`); // what went must not hide what follows
  const second = await cloud.ok('GET', `/aggregated/instances?${query}&pageToken=${first.nextPageToken}`);
  expect(second.items[`zones/${ZONE}`].instances.map((vm: Resource) => vm.name)).toEqual(['list-c']);
  expect(second.nextPageToken).toBeUndefined();
  expect((await cloud.call('GET', `${INSTANCES}?pageToken=zzz`)).status).toBe(400);
  expect((await cloud.call('GET', `${INSTANCES}?maxResults=501`)).status).toBe(400);
});

test('disks: attached ones stay, kept ones are listed, used again and deleted alone', async () => {
  const disks = `/zones/${ZONE}/disks`;
  const first = await cloud.insert(
    vmBody({ name: 'keeper', autoDelete: false, labels: { of: 'keeper' }, startup: 'echo 1 > file; sleep 100' }),
  );
  const attached = await cloud.call('DELETE', `${disks}/keeper`);
  expect([attached.status, reasonOf(attached.body)]).toEqual([400, 'resourceInUseByAnotherResource']);
  await cloud.done('DELETE', `${INSTANCES}/keeper`);
  const left = await cloud.ok('GET', `${disks}/keeper`);
  expect(left).toMatchObject({ labels: { of: 'keeper' }, sizeGb: '10' });
  expect(left.users).toBeUndefined();
  expect(existsSync(cloud.vmFolder(first))).toBe(true);

  const second = await cloud.insert(vmBody({ name: 'keeper', startup: '[ -s file ] && sleep 100' }));
  expect(second.id).not.toBe(first.id);
  expect((await cloud.ok('GET', `${disks}/keeper`)).id).toBe(left.id);
  expect(existsSync(cloud.vmFolder(first))).toBe(false);
  expect(existsSync(`${cloud.vmFolder(second)}/home/file`)).toBe(true);
  await cloud.done('DELETE', `${INSTANCES}/keeper`);
  expect((await cloud.call('GET', `${disks}/keeper`)).status).toBe(404);
  expect(existsSync(cloud.vmFolder(second))).toBe(false);

  const third = await cloud.insert(vmBody({ name: 'keeper', autoDelete: false }));
  await cloud.done('DELETE', `${INSTANCES}/keeper`);
  const all = await cloud.ok('GET', '/aggregated/disks?filter=name%3Dkeeper');
  expect(all.items[`zones/${ZONE}`].disks).toHaveLength(1);
  expect(await cloud.done('DELETE', `${disks}/keeper`)).toMatchObject({ operationType: 'delete', status: 'DONE' });
  expect(existsSync(cloud.vmFolder(third))).toBe(false);
});

test('setLabels replaces the labels that its caller saw', async () => {
  const vm = await cloud.insert(vmBody({ name: 'labelled', labels: { a: '1' } }));
  const path = `${INSTANCES}/labelled/setLabels`;
  const stale = await cloud.call('POST', path, { labels: { b: '2' }, labelFingerprint: 'AAAAAAAAAAA=' });
  expect([stale.status, reasonOf(stale.body)]).toEqual([412, 'conditionNotMet']);
  expect((await cloud.call('POST', path, { labels: { B: '2' }, labelFingerprint: vm.labelFingerprint })).status).toBe(
    400,
  );
  await cloud.done('POST', path, { labels: { b: '2' }, labelFingerprint: vm.labelFingerprint });
  expect((await cloud.ok('GET', `${INSTANCES}/labelled`)).labels).toEqual({ b: '2' });
});

test('a protected VM is not deleted', async () => {
  await cloud.insert({ ...vmBody({ name: 'protected' }), deletionProtection: true });
  expect((await cloud.call('DELETE', `${INSTANCES}/protected`)).status).toBe(400);
});

test('accelerators, a snapshot and a type of disk are accepted and shown', async () => {
  const body = vmBody({ name: 'trainer', scheduling: SPOT });
  const initializeParams = {
    sourceSnapshot: 'projects/p/global/snapshots/base',
    diskSizeGb: '200',
    diskType: `zones/${ZONE}/diskTypes/pd-ssd`,
  };
  const wish = { disks: [{ ...body.disks[0], initializeParams }], guestAccelerators: [gpu('nvidia-tesla-t4')] };
  const vm = await cloud.insert({ ...body, ...wish });
  expect(vm.guestAccelerators).toEqual([
    {
      acceleratorType: expect.stringMatching(/^http.*\/zones\/local-a\/acceleratorTypes\/nvidia-tesla-t4$/),
      acceleratorCount: 2,
    },
  ]);
  const disk = await cloud.ok('GET', `/zones/${ZONE}/disks/trainer`);
  expect(disk).toMatchObject({ sourceSnapshot: initializeParams.sourceSnapshot, sizeGb: '200' });
  expect(disk.type).toMatch(/diskTypes\/pd-ssd$/);
  expect(disk.sourceImage).toBeUndefined();
  await cloud.done('DELETE', `${INSTANCES}/trainer`);
});

test('an unsupported call answers 501 by name and is logged', async () => {
  const answer = await cloud.call('POST', `${INSTANCES}/vm/suspend`, {});
  expect(answer.status).toBe(501);
  expect(answer.body.error.message).toContain('POST zones/local-a/instances/vm/suspend');
  expect(cloud.errors.splice(0).join()).toContain('suspend');
});

test('zones, project and accelerators', async () => {
  const zones = await cloud.ok('GET', '/zones');
  expect(zones.items.map((zone: Resource) => [zone.name, zone.status])).toEqual([
    ['local-a', 'UP'],
    ['local-b', 'UP'],
    ['local-c', 'UP'],
  ]);
  expect((await cloud.ok('GET', `/zones/${ZONE}`)).region).toMatch(/regions\/local$/);
  expect((await cloud.call('GET', '/zones/moon-a')).status).toBe(404);
  expect((await cloud.ok('GET', '')).name).toBe('local');
  expect(
    (await cloud.ok('GET', '/aggregated/machineTypes')).items['zones/local-c'].machineTypes.length,
  ).toBeGreaterThan(20);
  const { acceleratorTypes } = (await cloud.ok('GET', '/aggregated/acceleratorTypes')).items['zones/local-a'];
  expect(acceleratorTypes.map(({ name }: Resource) => name)).toContain('nvidia-tesla-t4');
  expect((await cloud.call('GET', `/zones/${ZONE}/machineTypes/x9`)).status).toBe(404);
});

test('a change of metadata does not write the scripts again, and survives a restart in its order', async () => {
  const script = `exec sleep 100 # ${'x'.repeat(50_000)}`;
  const vm = await cloud.insert(vmBody({ name: 'wordy', startup: script, metadata: { a: '1', b: '2' } }));
  const journalBytes = (): number => statSync(join(cloud.folder, 'compute.journal')).size;
  const before = journalBytes();
  const { items, fingerprint } = vm.metadata;
  const wanted = [{ key: 'c', value: '' }, ...items.toReversed().filter(({ key }: Resource) => key !== 'a')];
  await cloud.done('POST', `${INSTANCES}/wordy/setMetadata`, { items: wanted, fingerprint });
  expect(journalBytes() - before).toBeLessThan(5000);
  await cloud.restart();
  expect((await cloud.ok('GET', `${INSTANCES}/wordy`)).metadata.items).toEqual(wanted);
  await cloud.done('DELETE', `${INSTANCES}/wordy`);
});
