// A VM that was made too small: another machine type while it is off, and a larger disk. And a VM that is made again on a disk that an
// earlier one left.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { fakeClock } from '../../../fakes/clock';
import { eventually } from '../harness';
import { startCloud, vmBody, ZONE, type Answer, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;
const DISKS = `/zones/${ZONE}/disks`;
const type = (name: string, zone = ZONE): Resource => ({ machineType: `zones/${zone}/machineTypes/${name}` });

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

const get = (name: string): Promise<Resource> => cloud.ok('GET', `${INSTANCES}/${name}`);
const stopped = async (name: string, machineType = 'e2-standard-4'): Promise<void> => {
  await cloud.insert(vmBody({ name, machineType, autoDelete: false }));
  await cloud.done('POST', `${INSTANCES}/${name}/stop`);
};
const refusal = ({ status, body }: Answer): unknown[] => [status, body.error?.message];
const change = (name: string, body: unknown): Promise<Answer> =>
  cloud.call('POST', `${INSTANCES}/${name}/setMachineType`, body);

describe('setMachineType', () => {
  test('a VM that is off starts with the other one, its disk as it was', async () => {
    await stopped('small');
    const operation = await cloud.done('POST', `${INSTANCES}/small/setMachineType`, type('e2-standard-8'));
    expect(operation).toMatchObject({ operationType: 'setMachineType', status: 'DONE' });
    expect(operation.error).toBeUndefined();
    await cloud.done('POST', `${INSTANCES}/small/start`);
    expect(await get('small')).toMatchObject({
      status: 'RUNNING',
      machineType: expect.stringMatching(/machineTypes\/e2-standard-8$/),
    });
  });

  test('a VM that is on, or going down, keeps its own', async () => {
    const vm = await cloud.insert(vmBody({ name: 'on', shutdown: 'until [ -e go ]; do sleep 0.01; done' }));
    expect(refusal(await change('on', type('e2-standard-8')))).toEqual([
      400,
      'Machine type cannot be changed while the instance is running.',
    ]);
    await cloud.ok('POST', `${INSTANCES}/on/stop`);
    await eventually(async () => (await get('on')).status === 'STOPPING');
    expect((await change('on', type('e2-standard-8'))).status).toBe(400);
    writeFileSync(`${cloud.vmFolder(vm)}/home/go`, '');
    await cloud.done('DELETE', `${INSTANCES}/on`);
  });

  test.each([
    ['a type that no zone has', type('e3-huge'), /^Invalid value for field 'resource.machineType': .*does not exist/],
    ['one of another zone', type('e2-standard-8', 'local-b'), /is not of zone/],
    ['a name without its zone', { machineType: 'e2-standard-8' }, /The URL is malformed/],
    ['none', {}, /machineType/],
    ['one that does not take its disk', type('c4-standard-4'), /pd-standard disk type cannot be used by c4-standard-4/],
    ['one with GPUs, which cannot migrate', type('a2-highgpu-1g'), /use TERMINATE/],
  ])('%s is refused, and nothing changes', async (what, body, message) => {
    const name = `keeps-${what.replaceAll(/[^a-z]+/g, '-')}`;
    await stopped(name);
    expect(refusal(await change(name, body))).toEqual([400, expect.stringMatching(message)]);
    expect((await get(name)).machineType).toMatch(/e2-standard-4$/);
  });

  test('a GPU that the type does not take: accepted, and nothing changes at its end', async () => {
    const name = 'with-gpu';
    const guestAccelerators = [
      { acceleratorType: `zones/${ZONE}/acceleratorTypes/nvidia-tesla-t4`, acceleratorCount: 1 },
    ];
    const scheduling = { onHostMaintenance: 'TERMINATE' };
    await cloud.insert({ ...vmBody({ name, machineType: 'n1-standard-4', scheduling }), guestAccelerators });
    await cloud.done('POST', `${INSTANCES}/${name}/stop`);
    const { error } = await cloud.done('POST', `${INSTANCES}/${name}/setMachineType`, type('e2-standard-4'));
    expect(error.errors[0]).toMatchObject({ code: 'UNSUPPORTED_OPERATION' });
    expect((await get(name)).machineType).toMatch(/n1-standard-4$/);
  });

  test('a VM that does not exist', async () => expect((await change('none', type('e2-standard-4'))).status).toBe(404));
});

describe('resize', () => {
  const resize = (name: string, body: unknown, query = ''): Promise<Answer> =>
    cloud.call('POST', `${DISKS}/${name}/resize${query}`, body);
  const sizeOf = async (name: string): Promise<unknown> => (await cloud.ok('GET', `${DISKS}/${name}`)).sizeGb;

  test('a disk grows, while its VM is on, while it is off, and without one', async () => {
    await cloud.insert(vmBody({ name: 'grows', autoDelete: false }));
    const steps = [
      ['20', `${INSTANCES}/grows/stop`],
      ['30', `${INSTANCES}/grows`],
      ['40', `${DISKS}/grows`],
    ] as const;
    for (const [sizeGb, next] of steps) {
      const operation = await cloud.done('POST', `${DISKS}/grows/resize`, { sizeGb });
      expect(operation).toMatchObject({ operationType: 'resize', status: 'DONE' });
      expect(await sizeOf('grows')).toBe(sizeGb);
      await cloud.done(next.endsWith('stop') ? 'POST' : 'DELETE', next);
    }
  });

  test('it never shrinks', async () => {
    await stopped('fixed');
    for (const sizeGb of ['10', '9']) {
      expect(refusal(await resize('fixed', { sizeGb }))).toEqual([
        400,
        `Invalid value for field 'sizeGb': '${sizeGb}'. New disk size '${sizeGb}' GiB must be larger than existing size '10' GiB.`,
      ]);
    }
    for (const sizeGb of ['70000', 'ten', undefined]) expect((await resize('fixed', { sizeGb })).status).toBe(400);
    expect(await sizeOf('fixed')).toBe('10');
    expect((await resize('none', { sizeGb: '20' })).status).toBe(404);
  });

  test('the same request id is the same call, which is not refused as one that does not grow', async () => {
    await stopped('twice');
    const query = `?requestId=${randomUUID()}`;
    const first = await resize('twice', { sizeGb: '20' }, query);
    const again = await resize('twice', { sizeGb: '20' }, query);
    expect([first.status, again.status, again.body.name]).toEqual([200, 200, first.body.name]);
  });

  test('one that was under way when the local cloud ended is finished, and its disk is not deleted', async () => {
    const clock = fakeClock();
    const slow = await startCloud({ clock, operationDelayMs: 1000 });
    const end = async ({ name }: Resource): Promise<void> => {
      await clock.advance(1000);
      await eventually(
        async () => (await slow.ok('GET', `/zones/${ZONE}/operations/${name}`)).status === 'DONE',
        'the end of the operation',
      );
    };
    await end(await slow.ok('POST', INSTANCES, vmBody({ name: 'slow', autoDelete: false })));
    await end(await slow.ok('DELETE', `${INSTANCES}/slow`));
    const operation = await slow.ok('POST', `${DISKS}/slow/resize`, { sizeGb: '20' });
    await slow.restart();
    await end(operation);
    expect(await slow.ok('GET', `${DISKS}/slow`)).toMatchObject({ sizeGb: '20' });
    await slow.end();
  });
});

describe('a VM that somebody deleted, made again on its disk', () => {
  const STARTUP = 'echo x >> boots; exec sleep 99';
  const onDisk = (name: string, source: string): Resource => ({
    ...vmBody({ name, startup: STARTUP }),
    disks: [{ boot: true, autoDelete: false, source }],
  });
  const boots = (vm: Resource): string => {
    const file = `${cloud.vmFolder(vm)}/home/boots`;
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  test('has another id, and all that was on the disk', async () => {
    const vm = await cloud.insert(vmBody({ name: 'again', autoDelete: false, startup: STARTUP }));
    await eventually(() => boots(vm) === 'x\n');
    const disk = await cloud.ok('GET', `${DISKS}/again`);
    await cloud.done('DELETE', `${INSTANCES}/again`);
    const made = await cloud.insert(onDisk('again', `zones/${ZONE}/disks/again`));
    expect(made.id).not.toBe(vm.id);
    await eventually(() => boots(made) === 'x\nx\n');
    expect(await cloud.ok('GET', `${DISKS}/again`)).toMatchObject({ id: disk.id, users: [made.selfLink] });
    await cloud.done('DELETE', `${INSTANCES}/again`);
    expect((await cloud.call('GET', `${DISKS}/again`)).status).toBe(200);
  });

  test('a disk of another zone, one that is in use, and one that is gone are refused', async () => {
    await stopped('user');
    const insert = (source: string): Promise<Answer> => cloud.call('POST', INSTANCES, onDisk('wants', source));
    expect(refusal(await insert('zones/local-b/disks/user'))).toEqual([
      400,
      "Invalid value for field 'resource.disks[0].source': 'zones/local-b/disks/user'. Must be 'zones/local-a/disks/DISK'.",
    ]);
    expect(refusal(await insert('user'))[0]).toBe(400);
    expect(refusal(await insert(`zones/${ZONE}/disks/user`))).toEqual([
      400,
      expect.stringContaining('is already being used by'),
    ]);
    expect((await insert(`zones/${ZONE}/disks/gone`)).status).toBe(404);
  });
});
