// What time does to a VM, on a clock that the test drives.
import { existsSync } from 'node:fs';
import { fakeClock, type FakeClock } from '../fakes/clock';
import { eventually, SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './harness';

const INSTANCES = `/zones/${ZONE}/instances`;
const DELAY_MS = 30;
let clock: FakeClock;
let cloud: Cloud;
beforeEach(async () => {
  clock = fakeClock();
  cloud = await startCloud({ clock, operationDelayMs: DELAY_MS });
});
afterEach(() => cloud.end());

const get = (name: string): Promise<Resource> => cloud.ok('GET', `${INSTANCES}/${name}`);
const isStatus = (name: string, status: string) => async () => (await get(name)).status === status;

async function boot(name: string, wish: Parameters<typeof vmBody>[0]): Promise<Resource> {
  await cloud.ok('POST', INSTANCES, vmBody({ name, ...wish }));
  await clock.advance(DELAY_MS);
  await eventually(isStatus(name, 'RUNNING'), `${name} running`);
  return get(name);
}

test('an operation goes through PENDING, RUNNING and DONE in its time, and so does the VM', async () => {
  const { name } = await cloud.ok('POST', INSTANCES, vmBody({ name: 'slow' }));
  const operation = (): Promise<Resource> => cloud.ok('GET', `/zones/${ZONE}/operations/${name}`);
  expect([(await operation()).status, (await get('slow')).status]).toEqual(['PENDING', 'PROVISIONING']);
  await clock.advance(DELAY_MS / 2);
  expect([(await operation()).status, (await get('slow')).status]).toEqual(['RUNNING', 'STAGING']);
  await clock.advance(DELAY_MS / 2);
  await eventually(isStatus('slow', 'RUNNING'));
  expect((await operation()).status).toBe('DONE');
});

test('wait answers after two minutes, done or not', async () => {
  const { name } = await cloud.ok('POST', INSTANCES, vmBody({ name: 'stuck', shutdown: 'sleep 1000' }));
  await clock.advance(DELAY_MS);
  await eventually(isStatus('stuck', 'RUNNING'));
  expect((await cloud.ok('POST', `/zones/${ZONE}/operations/${name}/wait`)).status).toBe('DONE');
  const stop = await cloud.ok('POST', `${INSTANCES}/stuck/stop`);
  await clock.advance(DELAY_MS);
  await eventually(isStatus('stuck', 'STOPPING'));
  const timersBefore = clock.waiting();
  const waiting = cloud.ok('POST', `/zones/${ZONE}/operations/${stop.name}/wait`);
  await eventually(() => clock.waiting() > timersBefore);
  await clock.advance(119_000);
  const second = cloud.ok('POST', `/zones/${ZONE}/operations/${stop.name}/wait`);
  await clock.advance(2_000);
  expect(['RUNNING', 'DONE']).toContain((await waiting).status);
  expect((await second).status).toBe('DONE'); // the standard VM's 120 s are over too
});

test('maxRunDuration with DELETE: the shutdown script, then VM, disk and folder are gone', async () => {
  const scheduling = { maxRunDuration: { seconds: 60 }, instanceTerminationAction: 'DELETE' };
  const vm = await boot('mortal', { scheduling });
  expect(Date.parse(vm.scheduling.terminationTimestamp)).toBe(Date.parse(vm.lastStartTimestamp) + 60_000);
  await clock.advance(59_000);
  expect((await get('mortal')).status).toBe('RUNNING');
  await clock.advance(2_000);
  await eventually(async () => (await cloud.call('GET', `${INSTANCES}/mortal`)).status === 404);
  expect((await cloud.call('GET', `/zones/${ZONE}/disks/mortal`)).status).toBe(404);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
  expect(cloud.service.liveVms()).toBe(0);
});

test('maxRunDuration with STOP counts from each start', async () => {
  await boot('sleeper', { scheduling: { ...SPOT, maxRunDuration: { seconds: '60' } } });
  await clock.advance(50_000);
  const stop = await cloud.ok('POST', `${INSTANCES}/sleeper/stop`);
  await clock.advance(DELAY_MS);
  await eventually(isStatus('sleeper', 'TERMINATED'));
  expect((await cloud.ok('GET', `/zones/${ZONE}/operations/${stop.name}`)).status).toBe('DONE');
  expect((await get('sleeper')).scheduling.terminationTimestamp).toBeUndefined();
  await cloud.ok('POST', `${INSTANCES}/sleeper/start`);
  await clock.advance(DELAY_MS);
  await eventually(isStatus('sleeper', 'RUNNING'));
  await clock.advance(59_000); // the first start's deadline has passed long since
  expect((await get('sleeper')).status).toBe('RUNNING');
  await clock.advance(2_000);
  await eventually(isStatus('sleeper', 'TERMINATED'));
});

test.each([
  ['SPOT', 30_000],
  ['STANDARD', 120_000],
])('a shutdown script that does not end is cut off: %s after %d ms', async (provisioningModel, limitMs) => {
  await boot('clinger', { scheduling: { provisioningModel }, shutdown: 'touch down; sleep 1000' });
  await cloud.ok('DELETE', `${INSTANCES}/clinger`);
  await clock.advance(DELAY_MS);
  await eventually(isStatus('clinger', 'STOPPING'));
  await clock.advance(limitMs - 1000);
  expect((await get('clinger')).status).toBe('STOPPING');
  await clock.advance(2000);
  await eventually(async () => (await cloud.call('GET', `${INSTANCES}/clinger`)).status === 404);
});
