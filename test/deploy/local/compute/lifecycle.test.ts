// Periods of a VM: how it is started and stopped, again and again, as Compute Engine does it.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { OperationFault } from '../../../../deploy/local/compute';
import { fakeClock } from '../../../fakes/clock';
import { eventually } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;
const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no more' };

let cloud: Cloud;
let startFault: OperationFault | undefined;
beforeAll(async () => void (cloud = await startCloud({ faults: { onStart: () => startFault } })));
beforeEach(() => void (startFault = undefined));
afterAll(() => cloud.end());

const get = (name: string): Promise<Resource> => cloud.ok('GET', `${INSTANCES}/${name}`);
const post = (name: string, what: string): Promise<Resource> => cloud.done('POST', `${INSTANCES}/${name}/${what}`);
const content = (vm: Resource, name: string): string => {
  const file = `${cloud.vmFolder(vm)}/home/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
const times = ({ lastStartTimestamp: start, lastStopTimestamp: stop }: Resource): number[] =>
  [start, stop].map((time) => Date.parse(time));

test('each period has its own start and stop; the disk and what is on it stay', async () => {
  const vm = await cloud.insert(
    vmBody({ name: 'periods', autoDelete: false, startup: 'echo x >> boots; exec sleep 99' }),
  );
  expect(vm.lastStopTimestamp).toBeUndefined();
  await eventually(() => content(vm, 'boots') === 'x\n');
  expect(await post('periods', 'stop')).toMatchObject({ operationType: 'stop', status: 'DONE', targetId: vm.id });
  const stopped = await get('periods');
  expect(stopped.status).toBe('TERMINATED');
  expect(stopped.lastStartTimestamp).toBe(vm.lastStartTimestamp);
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks/periods`)).users).toEqual([vm.selfLink]);
  expect(await post('periods', 'start')).toMatchObject({ operationType: 'start', status: 'DONE', targetId: vm.id });
  const again = await get('periods');
  expect(again).toMatchObject({ status: 'RUNNING', id: vm.id, creationTimestamp: vm.creationTimestamp });
  expect(again.lastStopTimestamp).toBe(stopped.lastStopTimestamp);
  const [startMs = 0, stopMs = 0] = times(again);
  expect(startMs).toBeGreaterThanOrEqual(stopMs);
  expect(stopMs).toBeGreaterThanOrEqual(Date.parse(vm.lastStartTimestamp));
  await eventually(() => content(vm, 'boots') === 'x\nx\n');
  await cloud.done('DELETE', `${INSTANCES}/periods`);
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks/periods`)).users).toBeUndefined();
  expect(content(vm, 'boots')).toBe('x\nx\n');
  await cloud.done('DELETE', `/zones/${ZONE}/disks/periods`);
});

test('a VM that is on is started already, and one that is off is stopped already: nothing changes', async () => {
  const vm = await cloud.insert(vmBody({ name: 'twice' }));
  expect((await post('twice', 'start')).error).toBeUndefined();
  expect((await get('twice')).lastStartTimestamp).toBe(vm.lastStartTimestamp);
  await post('twice', 'stop');
  const stopped = await get('twice');
  expect((await post('twice', 'stop')).error).toBeUndefined();
  expect((await get('twice')).lastStopTimestamp).toBe(stopped.lastStopTimestamp);
  await cloud.done('DELETE', `${INSTANCES}/twice`);
});

test('a VM that does not exist can be neither started nor stopped', async () => {
  for (const what of ['start', 'stop']) {
    expect((await cloud.call('POST', `${INSTANCES}/none/${what}`)).status).toBe(404);
  }
});

test('the same request id is the same start, also after the VM was stopped', async () => {
  await cloud.insert(vmBody({ name: 'late' }));
  await post('late', 'stop');
  const start = `start?requestId=${randomUUID()}`;
  const { name } = await post('late', start);
  await post('late', 'stop');
  expect((await post('late', start)).name).toBe(name);
  expect((await get('late')).status).toBe('TERMINATED');
  await cloud.done('DELETE', `${INSTANCES}/late`);
});

test('the same request id is the same stop, also after the VM was started again', async () => {
  await cloud.insert(vmBody({ name: 'frozen' }));
  const stop = `stop?requestId=${randomUUID()}`;
  const { name } = await post('frozen', stop);
  await post('frozen', 'start');
  expect((await post('frozen', stop)).name).toBe(name);
  expect((await get('frozen')).status).toBe('RUNNING');
  await cloud.done('DELETE', `${INSTANCES}/frozen`);
});

// https://github.com/skypilot-org/skypilot/pull/1102: accepted, and RESOURCE_NOT_READY at the operation's end.
test('a VM that is going down cannot be started', async () => {
  const shutdown = 'until [ -e go ]; do sleep 0.01; done';
  const vm = await cloud.insert(vmBody({ name: 'going', shutdown }));
  const stop = await cloud.ok('POST', `${INSTANCES}/going/stop`);
  await eventually(async () => (await get('going')).status === 'STOPPING');
  const notReady = { code: 'RESOURCE_NOT_READY', message: expect.stringMatching(/instances\/going' is not ready$/) };
  expect(await post('going', 'start')).toMatchObject({ httpErrorStatusCode: 400, error: { errors: [notReady] } });
  expect((await get('going')).status).toBe('STOPPING');
  writeFileSync(`${cloud.vmFolder(vm)}/home/go`, '');
  await cloud.ok('POST', `/zones/${ZONE}/operations/${stop.name}/wait`);
  expect((await get('going')).status).toBe('TERMINATED');
  await cloud.done('DELETE', `${INSTANCES}/going`);
});

// https://github.com/DataBiosphere/leonardo/pull/2525
test.each(['stop', 'setMetadata'])('a start on the heels of %s, which is not done yet, fails', async (what) => {
  const clock = fakeClock();
  const slow = await startCloud({ clock, operationDelayMs: 1000 });
  const vm = (): Promise<Resource> => slow.ok('GET', `${INSTANCES}/hasty`);
  const say = (path: string, body?: unknown): Promise<Resource> => slow.ok('POST', `${INSTANCES}${path}`, body);
  const end = async ({ name }: Resource): Promise<Resource> => {
    const operation = (): Promise<Resource> => slow.ok('GET', `/zones/${ZONE}/operations/${name}`);
    await clock.advance(1000);
    await eventually(async () => (await operation()).status === 'DONE');
    return operation();
  };
  await end(await say('', vmBody({ name: 'hasty' })));
  if (what === 'setMetadata') await end(await say('/hasty/stop'));
  const { fingerprint } = (await vm()).metadata;
  const first = await say(`/hasty/${what}`, what === 'setMetadata' ? { fingerprint, items: [] } : undefined);
  const start = await say('/hasty/start');
  await end(first);
  expect((await end(start)).error.errors[0].code).toBe('RESOURCE_NOT_READY');
  expect((await vm()).status).toBe('TERMINATED');
  expect((await end(await say('/hasty/start'))).error).toBeUndefined();
  expect((await vm()).status).toBe('RUNNING');
  await slow.end();
});

test('a start without capacity fails at its end, and leaves the VM off as it was', async () => {
  const vm = await cloud.insert(
    vmBody({ name: 'stocked-out', autoDelete: false, startup: 'echo x >> boots; exec sleep 99' }),
  );
  await eventually(() => content(vm, 'boots') === 'x\n');
  await post('stocked-out', 'stop');
  const stopped = await get('stocked-out');
  startFault = STOCKOUT;
  const operation = await cloud.ok('POST', `${INSTANCES}/stocked-out/start`);
  expect(operation.error).toBeUndefined();
  expect((await get('stocked-out')).status).toMatch(/PROVISIONING|STAGING/);
  const failed = await cloud.ok('POST', `/zones/${ZONE}/operations/${operation.name}/wait`);
  expect(failed).toMatchObject({ status: 'DONE', httpErrorStatusCode: 503, error: { errors: [STOCKOUT] } });
  expect(await get('stocked-out')).toEqual(stopped);
  expect(content(vm, 'boots')).toBe('x\n');
  startFault = undefined;
  expect((await post('stocked-out', 'start')).error).toBeUndefined();
  await eventually(() => content(vm, 'boots') === 'x\nx\n');
  await cloud.done('DELETE', `${INSTANCES}/stocked-out`);
  await cloud.done('DELETE', `/zones/${ZONE}/disks/stocked-out`);
});

test('a start boots what is in its metadata by then, with an empty folder for temporary files', async () => {
  const vm = await cloud.insert(vmBody({ name: 'older', startup: 'touch "$TMPDIR/lock"; touch up; exec sleep 99' }));
  await eventually(() => existsSync(`${cloud.vmFolder(vm)}/home/up`));
  await post('older', 'stop');
  const { fingerprint } = (await get('older')).metadata;
  const newer = '[ -e "$TMPDIR/lock" ] && echo full > tmp || echo empty > tmp; echo newer > version; exec sleep 99';
  const items = [{ key: 'startup-script', value: newer }];
  await cloud.done('POST', `${INSTANCES}/older/setMetadata`, { fingerprint, items });
  await post('older', 'start');
  await eventually(() => content(vm, 'version') === 'newer\n');
  expect(content(vm, 'tmp')).toBe('empty\n');
  await cloud.done('DELETE', `${INSTANCES}/older`);
});

test('a preempted VM can be started again, and is not preempted any more', async () => {
  const asks =
    'curl -sf -H "Metadata-Flavor: Google" "http://$GCE_METADATA_HOST/computeMetadata/v1/instance/preempted"';
  const vm = await cloud.insert(vmBody({ name: 'spot', scheduling: SPOT, startup: `${asks} > said; exec sleep 99` }));
  await post('spot', 'simulateMaintenanceEvent');
  expect((await get('spot')).status).toBe('TERMINATED');
  await post('spot', 'start');
  await eventually(() => content(vm, 'said') === 'FALSE');
  await cloud.done('DELETE', `${INSTANCES}/spot`);
});

test('the disk of a stopped VM is in use', async () => {
  await cloud.insert(vmBody({ name: 'user' }));
  await post('user', 'stop');
  expect((await cloud.call('DELETE', `/zones/${ZONE}/disks/user`)).status).toBe(400);
  await cloud.done('DELETE', `${INSTANCES}/user`);
});

// https://cloud.google.com/compute/docs/disks/local-ssd#stop_instance
test('a VM with local SSDs is stopped only if the call says whether they may be lost', async () => {
  const scheduling = { onHostMaintenance: 'TERMINATE' };
  await cloud.insert(vmBody({ name: 'local-ssd', machineType: 'a2-ultragpu-1g', scheduling }));
  const refused = await cloud.call('POST', `${INSTANCES}/local-ssd/stop`);
  expect([refused.status, refused.body.error.errors[0].reason]).toEqual([400, 'badRequest']);
  expect(refused.body.error.message).toContain('VM has a Local SSD attached');
  expect((await get('local-ssd')).status).toBe('RUNNING');
  await post('local-ssd', 'stop?discardLocalSsd=true');
  expect((await get('local-ssd')).status).toBe('TERMINATED');
  await cloud.done('DELETE', `${INSTANCES}/local-ssd`);
});

test("times are in Pacific time, as Google's are", async () => {
  const vm = await cloud.insert(vmBody({ name: 'clock' }));
  const operation = await post('clock', 'stop');
  const { lastStopTimestamp, lastStartTimestamp } = await get('clock');
  const told = [vm.creationTimestamp, lastStartTimestamp, lastStopTimestamp, operation.insertTime, operation.endTime];
  for (const time of told) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-08:00$/);
  expect(Math.abs(Date.parse(lastStopTimestamp) - Date.now())).toBeLessThan(60_000);
  await cloud.done('DELETE', `${INSTANCES}/clock`);
});
