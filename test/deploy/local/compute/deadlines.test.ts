// What time does to a VM, on a clock that the test drives.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../../deploy/local/shared/clock';
import { fakeClock, type FakeClock } from '../../../fakes/clock';
import { eventually } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

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
  const { items } = await cloud.ok('GET', `/zones/${ZONE}/operations`);
  const ofVm = (items as { targetId: string; operationType: string; insertTime: string }[]).filter(
    ({ targetId }) => targetId === vm.id,
  );
  expect(ofVm.map(({ operationType }) => operationType).toSorted()).toEqual(['delete', 'insert']);
  const ending = ofVm.find(({ operationType }) => operationType === 'delete');
  expect(Date.parse(ending?.insertTime ?? '')).toBeGreaterThanOrEqual(Date.parse(vm.lastStartTimestamp) + 60_000);
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

// https://cloud.google.com/compute/docs/instances/limit-vm-runtime: a stop clears the time at which Google ends the VM.
test('a VM that has switched itself off outlives its maxRunDuration, and so does its disk, which bills', async () => {
  const scheduling = { maxRunDuration: { seconds: 60 }, instanceTerminationAction: 'DELETE' };
  const vm = await boot('off', { scheduling, startup: 'until [ -e end ]; do sleep 0.05; done' });
  writeFileSync(join(cloud.vmFolder(vm), 'home/end'), '');
  await eventually(isStatus('off', 'TERMINATED'));
  expect((await get('off')).scheduling.terminationTimestamp).toBeUndefined();
  await clock.advance(120_000);
  expect((await get('off')).status).toBe('TERMINATED');
  expect((await cloud.call('GET', `/zones/${ZONE}/disks/off`)).status).toBe(200);
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

describe('a computer that slept', () => {
  const MINUTE_MS = 60_000;
  const NIGHT_MS = 30 * 3_600_000;
  const scheduling = { maxRunDuration: { seconds: 3600 }, instanceTerminationAction: 'DELETE' };
  let sleptMs: number;
  let timers: Set<() => void>;
  let laptop: Cloud;

  /** As on a laptop: the time of day jumps, and with `fire` every timer that fell due meanwhile fires at once. */
  const sleep = ({ fire }: { fire: boolean }): void => {
    sleptMs += NIGHT_MS;
    if (fire) [...timers].forEach((ring) => ring());
  };
  beforeEach(async () => {
    sleptMs = 0;
    timers = new Set();
    const sleeping: Clock = {
      now: () => clock.now() + sleptMs,
      after(delayMs, run) {
        const ring = (): void => {
          timer.cancel();
          if (timers.delete(ring)) run();
        };
        const timer = clock.after(delayMs, ring);
        timers.add(ring);
        const cancel = (): void => {
          timer.cancel();
          timers.delete(ring);
        };
        return { cancel };
      },
    };
    laptop = await startCloud({ clock: sleeping, operationDelayMs: 0 });
    await laptop.ok('POST', INSTANCES, vmBody({ name: 'sleeper', scheduling }));
    await clock.advance(1);
    await eventually(async () => (await statusOf()) === 'RUNNING');
    await clock.advance(10 * MINUTE_MS + 30_000);
  });
  afterEach(() => laptop.end());

  const statusOf = async (): Promise<unknown> => {
    const { status, body } = await laptop.call('GET', `${INSTANCES}/sleeper`);
    return status === 200 ? body.status : status;
  };
  const expectMinutesLeft = async (minutes: number): Promise<void> => {
    await clock.advance((minutes - 1) * MINUTE_MS);
    expect(await statusOf()).toBe('RUNNING');
    await clock.advance(2 * MINUTE_MS);
    await eventually(async () => (await statusOf()) === 404, 'the end of the VM');
  };

  test.each([true, false])('counts at most a minute of the sleep; timers fire at once: %s', async (fire) => {
    sleep({ fire });
    await clock.advance(1);
    await expectMinutesLeft(49);
  });

  test('counts no time in which the local cloud did not run', async () => {
    await laptop.service.close();
    sleep({ fire: false });
    await laptop.restart();
    const { scheduling: shown } = await laptop.ok('GET', `${INSTANCES}/sleeper`);
    expect(Date.parse(shown.terminationTimestamp)).toBeGreaterThan(clock.now() + sleptMs);
    await expectMinutesLeft(49.5);
  });

  test('loses at most a minute of what it counted to a kill -9', async () => {
    const journal = join(laptop.folder, 'compute.journal');
    const killed = readFileSync(journal);
    await laptop.service.close();
    writeFileSync(journal, killed);
    sleep({ fire: false });
    await laptop.restart();
    await expectMinutesLeft(50);
  });
});
