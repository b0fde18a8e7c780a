// Compute Engine in memory, where it is switched on and off.
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';
import type { CloudAnswer } from '../../functions/src/ports/cloud-answer';
import { FIRST_IDS } from './fake-compute';
import { fakeGoogle, type FakeGoogle } from './google';

const ZONE = 'local-a';
const body = {
  name: 'vm',
  labels: {},
  disks: [{ boot: true, autoDelete: false }],
  scheduling: { maxRunDuration: { seconds: '3600' }, instanceTerminationAction: 'STOP' },
} as unknown as InsertBody;

let google: FakeGoogle;
beforeEach(async () => {
  google = fakeGoogle();
  await google.context.compute.insert(ZONE, 'r', body);
});

const vm = () => google.vms.get(`${ZONE}/vm`);
const end = (answer: CloudAnswer) => {
  if (!answer || !('operation' in answer)) throw new Error(JSON.stringify(answer));
  return google.context.compute.awaitOperation(ZONE, answer.operation, 1);
};
const start = (requestId: string) => google.context.compute.start(ZONE, 'vm', requestId);
const stop = async (requestId: string) => {
  const operation = await google.context.compute.stop(ZONE, 'vm', { requestId });
  return end(operation === undefined ? undefined : { operation });
};

test('periods: a stop keeps disk, metadata and time of the start; a start is a new one', async () => {
  const { compute: cloud } = google.context;
  const first = vm()?.lastStartAt;
  expect(first).toBe('2026-11-21T10:00:00.000Z');
  await cloud.setMetadata(ZONE, 'vm', () => true, { a: '1', b: '2' });
  await stop('s1');
  expect(vm()).toMatchObject({ status: 'TERMINATED', lastStartAt: first, metadata: { a: '1', b: '2' } });
  google.nowMs += 60_000;
  const started = await start('p2');
  expect(await end(started)).toEqual({ done: true });
  expect(vm()).toMatchObject({ status: 'RUNNING', lastStartAt: '2026-11-21T10:01:00.000Z' });
  await stop('s2');
  expect(await start('p2')).toEqual(started);
  expect(vm()?.status).toBe('TERMINATED');
  await start('p3');
  await stop('s2');
  expect(vm()?.status).toBe('RUNNING');
});

test('operations that take their time: nothing has changed before they are done, and nothing changes twice', async () => {
  google.faults.looks = 1;
  const stopped = await google.context.compute.stop(ZONE, 'vm', { requestId: 's1' });
  expect(vm()?.status).toBe('STOPPING');
  const early = await start('p2');
  expect(await end({ operation: stopped ?? '' })).toEqual({ done: false });
  expect(await end({ operation: stopped ?? '' })).toEqual({ done: true });
  expect(vm()?.status).toBe('TERMINATED');
  await end(early);
  expect(await end(early)).toMatchObject({ done: true, failure: { code: 'RESOURCE_NOT_READY' } });
  const started = await start('p3');
  expect(vm()?.status).toBe('TERMINATED');
  await end(started);
  await end(started);
  expect(vm()?.status).toBe('RUNNING');
  Object.assign(vm() ?? {}, { status: 'TERMINATED' });
  await end(started);
  expect(vm()?.status).toBe('TERMINATED');
});

test('a start without capacity, without quota, of a suspended VM', async () => {
  await stop('s1');
  google.faults.stockedOut = new Set([ZONE]);
  expect(await end(await start('p2'))).toMatchObject({ failure: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED' } });
  google.faults.startRefused = { code: 'quotaExceeded', message: 'no' };
  expect(await start('p3')).toEqual({ refused: { code: 'quotaExceeded', message: 'no' } });
  google.faults = {};
  Object.assign(vm() ?? {}, { status: 'SUSPENDED' });
  expect(await start('p4')).toMatchObject({ refused: { code: 'resourceNotReady' } });
});

test('a time limit is set between two periods only', async () => {
  const { compute: cloud } = google.context;
  const limit = { maxRunDurationSeconds: 7200, terminationAction: 'STOP' as const };
  expect(await cloud.setScheduling(ZONE, 'vm', limit)).toMatchObject({ refused: { code: 'badRequest' } });
  await stop('s1');
  await end(await cloud.setScheduling(ZONE, 'vm', limit));
  expect(vm()).toMatchObject(limit);
  google.faults.dropsTimeLimit = true;
  await cloud.setScheduling(ZONE, 'vm', { ...limit, maxRunDurationSeconds: 60 });
  expect(vm()).toMatchObject(limit);
});

test('every VM had the id 42: VMs and disks have ids of their own, the next ones of a name too', async () => {
  const { compute: cloud } = google.context;
  const insert = async (zone: string, requestId: string) => {
    const answer = await cloud.insert(zone, requestId, body);
    return 'id' in answer ? answer.id : undefined;
  };
  const disk = (zone: string) => google.disks.get(`${zone}/vm`)?.id;
  const first = [vm()?.id, disk(ZONE)];
  expect(first).toEqual([FIRST_IDS.vm, FIRST_IDS.disk]);
  const elsewhere = await insert('local-b', 'r2');
  await cloud.delete(ZONE, 'vm');
  await cloud.deleteDisk(ZONE, 'vm');
  const again = await insert(ZONE, 'r3');
  expect(vm()?.id).toBe(again);
  expect(google.vms.get('local-b/vm')?.id).toBe(elsewhere);
  const ids = [...first, elsewhere, disk('local-b'), again, disk(ZONE)];
  expect(new Set(ids).size).toBe(6);
  for (const id of ids) expect(id).toMatch(/^[1-9]\d{18}$/);
});

test('a disk that is to outlive its VM does, and is free', async () => {
  const { compute: cloud } = google.context;
  await cloud.delete(ZONE, 'vm');
  expect(await cloud.get(ZONE, 'vm')).toBeUndefined();
  expect(await cloud.getDisk(ZONE, 'vm')).toMatchObject({ inUse: false });
  expect(await start('p2')).toBeUndefined();
});
