// Host maintenance: a standard VM without a GPU goes on elsewhere, any other one is ended.
import { existsSync, readFileSync } from 'node:fs';
import { eventually } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

const get = (name: string): Promise<Resource> => cloud.ok('GET', `${INSTANCES}/${name}`);
const maintain = (name: string): Promise<Resource> =>
  cloud.done('POST', `${INSTANCES}/${name}/simulateMaintenanceEvent`);
const textOf = (vm: Resource, name: string): string => {
  const file = `${cloud.vmFolder(vm)}/home/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** What Google did to the VM, in its words. */
async function eventsOn({ id }: Resource): Promise<string[]> {
  const { items } = await cloud.ok('GET', `/zones/${ZONE}/operations`);
  return (items as { targetId: string; operationType: string; status: string }[])
    .filter(({ targetId, operationType }) => targetId === id && operationType.startsWith('compute.'))
    .map(({ operationType, status }) => `${operationType} ${status}`);
}

const WITNESSES = { startup: 'echo boot >> boots; exec sleep 99', shutdown: 'echo down >> downs' };

test('a standard VM goes on: no shutdown script, no other boot, its time limit counts on', async () => {
  const scheduling = {
    maxRunDuration: { seconds: 3600 },
    instanceTerminationAction: 'DELETE',
    automaticRestart: false,
  };
  const vm = await cloud.insert(vmBody({ name: 'migrates', scheduling, ...WITNESSES }));
  await eventually(() => textOf(vm, 'boots') !== '');
  expect((await maintain('migrates')).error).toBeUndefined();
  expect(await get('migrates')).toEqual(vm);
  expect([textOf(vm, 'boots'), textOf(vm, 'downs')]).toEqual(['boot\n', '']);
  expect(await eventsOn(vm)).toEqual(['compute.instances.migrateOnHostMaintenance DONE']);
  await cloud.done('DELETE', `${INSTANCES}/migrates`);
});

test('one that must not migrate is stopped, whatever is to happen at its time limit, and its disk stays', async () => {
  const scheduling = {
    ...{ maxRunDuration: { seconds: 3600 }, instanceTerminationAction: 'DELETE' },
    ...{ automaticRestart: false, onHostMaintenance: 'TERMINATE' },
  };
  const vm = await cloud.insert(vmBody({ name: 'ends', scheduling, ...WITNESSES }));
  await maintain('ends');
  expect(await get('ends')).toMatchObject({ id: vm.id, status: 'TERMINATED' });
  expect(textOf(vm, 'downs')).toBe('down\n');
  expect(await eventsOn(vm)).toEqual(['compute.instances.terminateOnHostMaintenance DONE']);
  expect((await cloud.call('GET', `/zones/${ZONE}/disks/ends`)).status).toBe(200);
  await cloud.done('DELETE', `${INSTANCES}/ends`);
});

test('a spot VM is preempted', async () => {
  const vm = await cloud.insert(vmBody({ name: 'spot', scheduling: SPOT }));
  await maintain('spot');
  expect(await get('spot')).toMatchObject({ status: 'TERMINATED' });
  expect(await eventsOn(vm)).toEqual(['compute.instances.preempted DONE']);
  const again = await cloud.call('POST', `${INSTANCES}/spot/simulateMaintenanceEvent`);
  expect([again.status, again.body.error.errors[0].reason]).toEqual([400, 'resourceNotReady']);
  await cloud.done('DELETE', `${INSTANCES}/spot`);
});

test('the local cloud starts no VM again by itself, and says so', async () => {
  const scheduling = { onHostMaintenance: 'TERMINATE', automaticRestart: true };
  await cloud.insert(vmBody({ name: 'restarts', scheduling }));
  const refused = await cloud.call('POST', `${INSTANCES}/restarts/simulateMaintenanceEvent`);
  expect(refused.status).toBe(501);
  expect(refused.body.error.message).toContain('automaticRestart');
  expect(await get('restarts')).toMatchObject({ status: 'RUNNING' });
  await cloud.done('DELETE', `${INSTANCES}/restarts`);
});
