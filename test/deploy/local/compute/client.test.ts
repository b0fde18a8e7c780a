// Google's own clients against the stand-in: what mymlops' functions do, on the wire.
import { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client';
import { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client';
import { MachineTypesClient } from '@google-cloud/compute/build/src/v1/machine_types_client';
import { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client';
import { OAuth2Client } from 'google-auth-library';
import { randomUUID } from 'node:crypto';
import { TOKEN } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Cloud } from './fixture';

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

function clientOptions() {
  const port = Number(cloud.service.address.split(':')[1]);
  // jest cannot load the node-fetch that the library would import
  const authClient = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
  authClient.setCredentials({ access_token: TOKEN });
  return { apiEndpoint: '127.0.0.1', port, protocol: 'http', authClient: authClient as never, projectId: 'local' };
}

test('a VM is inserted, found, listed, changed and deleted', async () => {
  const instances = new InstancesClient(clientOptions());
  const operations = new ZoneOperationsClient(clientOptions());
  const disks = new DisksClient(clientOptions());
  const place = { project: 'local', zone: ZONE };
  const settled = async (operation: string) => (await operations.wait({ ...place, operation }))[0];
  const labels = { 'mymlops-deployment': 'mymlops', 'mymlops-run': 'r1' };
  const body = vmBody({ name: 'run-1', labels, scheduling: { ...SPOT, maxRunDuration: { seconds: '3600' } } });
  const requestId = randomUUID();

  const [inserted] = await instances.insert({ ...place, requestId, instanceResource: body });
  const first = inserted.latestResponse as unknown as { name: string; status: string; targetId: string };
  expect(first.status).toBe('PENDING');
  const [again] = await instances.insert({ ...place, requestId, instanceResource: body });
  expect((again.latestResponse as unknown as { name: string }).name).toBe(first.name);
  const operation = await settled(first.name);
  expect(operation).toMatchObject({ status: 'DONE', operationType: 'insert', targetId: first.targetId });
  expect(operation.error ?? null).toBeNull();

  const [vm] = await instances.get({ ...place, instance: 'run-1' });
  expect(vm).toMatchObject({ status: 'RUNNING', id: first.targetId, labels, name: 'run-1' });
  expect(vm.scheduling).toMatchObject({
    provisioningModel: 'SPOT',
    instanceTerminationAction: 'STOP',
    maxRunDuration: { seconds: '3600' },
  });
  const { scheduling } = await cloud.ok('GET', `/zones/${ZONE}/instances/run-1`); // the client drops the field
  expect(Date.parse(scheduling.terminationTimestamp) - Date.parse(vm.lastStartTimestamp ?? '')).toBe(3_600_000);

  const found: string[] = [];
  const filter = 'labels.mymlops-deployment=mymlops';
  for await (const [zone, scoped] of instances.aggregatedListAsync({ project: 'local', filter, maxResults: 1 })) {
    for (const each of scoped.instances ?? []) found.push(`${zone}/${each.name}`);
  }
  expect(found).toEqual([`zones/${ZONE}/run-1`]);
  const [disk] = await disks.get({ ...place, disk: 'run-1' });
  expect(disk).toMatchObject({ labels, users: [vm.selfLink] });

  const metadataResource = { fingerprint: vm.metadata?.fingerprint, items: [{ key: 'mymlops-control', value: 'x' }] };
  const [set] = await instances.setMetadata({ ...place, instance: 'run-1', metadataResource });
  const changed = await settled((set.latestResponse as unknown as { name: string }).name);
  expect(changed.error ?? null).toBeNull();
  await expect(instances.setMetadata({ ...place, instance: 'run-1', metadataResource })).rejects.toMatchObject({
    code: 412,
  });

  const [gone] = await instances.delete({ ...place, instance: 'run-1' });
  const removed = await settled((gone.latestResponse as unknown as { name: string }).name);
  expect(removed.status).toBe('DONE');
  expect(removed.error ?? null).toBeNull();
  await expect(instances.get({ ...place, instance: 'run-1' })).rejects.toMatchObject({ code: 404 });
  await expect(disks.get({ ...place, disk: 'run-1' })).rejects.toMatchObject({ code: 404 });
});

test('a taken name is a 409 with the reason alreadyExists', async () => {
  const instances = new InstancesClient(clientOptions());
  await cloud.insert(vmBody({ name: 'taken' }));
  const call = instances.insert({ project: 'local', zone: ZONE, instanceResource: vmBody({ name: 'taken' }) });
  const error = await call.then(
    () => null,
    (cause: Error & { code: number }) => cause,
  );
  expect(error?.code).toBe(409);
  expect(error?.message).toContain('alreadyExists');
});

test('there are machine types for this computer and by the names of Google', async () => {
  const client = new MachineTypesClient(clientOptions());
  const [type] = await client.get({ project: 'local', zone: ZONE, machineType: 'e2-standard-4' });
  expect(type).toMatchObject({ guestCpus: 4, memoryMb: 16384 });
  const names: string[] = [];
  for await (const each of client.listAsync({ project: 'local', zone: ZONE, maxResults: 20 }))
    names.push(each.name ?? '');
  expect(names).toContain('this-computer');
  expect(new Set(names).size).toBe(names.length);
});
