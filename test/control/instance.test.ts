// The life of an interactive instance: started, stopped, idle, resumed, deleted.
import { currentPeriod } from '@mymlops/protocol';
import {
  aSpec,
  expectStopped,
  idleFor,
  instanceDeployment,
  NAME,
  readyInstance,
  UID,
  type Instances,
} from './instances';

test('started: its VM keeps the disk and stops at its limit; ready when its agent says so', async () => {
  const instance = instanceDeployment();
  await instance.start(1);
  expect(instance.status()).toBe('starting');
  const { name, terminationAction, maxRunDurationSeconds, body, labels } = instance.vm() ?? fail();
  expect(name).toBe(`mymlops-${NAME}-${UID}-1`);
  expect([terminationAction, maxRunDurationSeconds]).toEqual(['STOP', 259_200]);
  expect(body.disks[0]?.autoDelete).toBe(false);
  expect(labels).toMatchObject({ mymlops: 'instance', 'mymlops-instance': NAME, 'mymlops-uid': UID });
  await instance.report({ phase: 'serve' });
  expect(instance.summary()).toMatchObject({ status: 'ready', owner: 'ann', stopsAt: expect.any(String) });
});

const fail = (): never => {
  throw new Error('no VM');
};

test('stopped and started again three times: one VM, one disk, a period each', async () => {
  const instance = await readyInstance();
  for (const period of [1, 2, 3]) {
    await instance.stop(period);
    expect(instance.status()).toBe('stopping');
    await instance.sweep(2);
    expectStopped(instance);
    expect(instance.summary().reason).toBe('user');
    await instance.start(period + 1);
    await instance.report({ phase: 'serve' });
    expect(instance.status()).toBe('ready');
  }
  expect([...instance.google.created.values()]).toEqual([1]);
});

test('a late or repeated request about a period that is over changes nothing', async () => {
  const instance = await readyInstance();
  await instance.stop(1);
  await instance.sweep(2);
  await instance.start(2);
  await instance.report({ phase: 'serve' });
  await instance.stop(1);
  await instance.start(1);
  await instance.extend(1, 600);
  expect(instance.status()).toBe('ready');
  expect(instance.state().until).toBeUndefined();
});

test('a stop that comes while it starts, and a start while it stops', async () => {
  const instance = instanceDeployment();
  instance.google.faults.looks = 2;
  await instance.start(1);
  await instance.stop(1);
  await instance.sweep(4);
  expectStopped(instance);
  await instance.start(2);
  await instance.sweep(3);
  await instance.report({ phase: 'serve' });
  await instance.stop(2);
  await instance.start(3);
  await instance.sweep(4);
  await instance.report({ phase: 'serve' });
  expect(instance.status()).toBe('ready');
  expect(currentPeriod(instance.state().vms[1] ?? fail()).down).toBeUndefined();
});

test('nobody works: the stop is proposed, its VM goes, and the verdict is kept', async () => {
  const instance = await readyInstance();
  await instance.report(idleFor(3000));
  expect(instance.state().proposal).toBeUndefined();
  await instance.report(idleFor(3700));
  expect(instance.state().proposal).toMatchObject({ period: 1, verdict: { says: 'idle', seconds: 3700 } });
  const first = Number(instance.control()['proposal']);
  expect(first).toBe(instance.state().proposal?.number);
  // No answer: no stop.
  await instance.sweep(5);
  expect(instance.vm()?.status).toBe('RUNNING');
  await instance.report({ ...idleFor(4000), answer: { proposal: first, says: 'going' } });
  expect(instance.status()).toBe('stopping');
  Object.assign(instance.vm() ?? fail(), { status: 'TERMINATED' });
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.state().stop).toMatchObject({ reason: 'idle', verdict: { says: 'idle', seconds: 3700 } });
});

test('a kernel that became busy between proposal and power-off: vetoed, and it stays', async () => {
  const instance = await readyInstance();
  await instance.report(idleFor(3700));
  const first = Number(instance.control()['proposal']);
  await instance.report({
    signals: { kernels: { says: 'busy' } },
    answer: { proposal: first, says: 'vetoed', signal: 'kernels' },
  });
  expect(instance.state().proposal).toBeUndefined();
  await instance.sweep(20);
  expect(instance.status()).toBe('ready');
  expect(instance.control()['proposal']).toBeUndefined();
  // Its VM has answered the first one: the next has another number.
  await instance.report(idleFor(3700));
  expect(Number(instance.control()['proposal'])).toBeGreaterThan(first);
});

test('extended: neither idleness nor the soft stop ends it before', async () => {
  const instance = await readyInstance();
  await instance.extend(1, 60 * 30);
  await instance.report(idleFor(99_999));
  expect(instance.state().proposal).toBeUndefined();
  await instance.sweep(1, 25 * 60);
  expect(instance.status()).toBe('ready');
  await instance.sweep(3, 5 * 60);
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('soft-stop');
});

test('the soft stop comes, busy or not', async () => {
  const instance = await readyInstance();
  await instance.report({ signals: { kernels: { says: 'busy' } } });
  await instance.sweep(1, 24 * 60 + 1);
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('soft-stop');
});

test('without the control plane it powers itself off after the soft stop: that is why it is off', async () => {
  const instance = await readyInstance();
  Object.assign(instance.vm() ?? fail(), { status: 'TERMINATED' });
  await instance.sweep(1, 24 * 60 + 20);
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('soft-stop');
});

test('switched off in the console, and started there again', async () => {
  const instance = await readyInstance();
  Object.assign(instance.vm() ?? fail(), { status: 'TERMINATED' });
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('by-hand');
  const { google } = instance;
  google.nowMs += 60_000;
  Object.assign(instance.vm() ?? fail(), { status: 'RUNNING', lastStartAt: new Date(google.nowMs).toISOString() });
  // While nothing is live, the cloud is listed now and then.
  await instance.sweep(6);
  expect(instance.status()).toBe('starting');
  expect(instance.state()).toMatchObject({ started: 2, current: 2 });
  await instance.stop(2);
  await instance.sweep(2);
  expectStopped(instance);
});

test('a zone without capacity at its resume: stopped again, its disk kept', async () => {
  const instance = await readyInstance();
  await instance.stop(1);
  await instance.sweep(2);
  instance.google.faults.startFails = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };
  await instance.start(2);
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('no-capacity');
  delete instance.google.faults.startFails;
  await instance.start(3);
  await instance.report({ phase: 'serve' });
  expect(instance.status()).toBe('ready');
});

test('no zone has capacity at its creation: failed after the wait, nothing left, and it can be started anew', async () => {
  const instance = instanceDeployment();
  instance.google.faults.stockedOut = new Set(['local-a', 'local-b']);
  await instance.start(1);
  await instance.sweep(20);
  expect(instance.summary()).toMatchObject({ status: 'failed', reason: 'no-capacity', live: false });
  expect([instance.google.vms.size, instance.google.disks.size]).toEqual([0, 0]);
  instance.google.faults.stockedOut = new Set(['local-a']);
  await instance.start(2);
  await instance.sweep(2);
  expect(instance.vm()?.zone).toBe('local-b');
});

test('deleted while it is on, while it is off and while it starts: VM and disk go, and the name is free', async () => {
  const instance = await readyInstance();
  await instance.remove();
  await instance.sweep(3);
  expect(instance.summary()).toMatchObject({ status: 'deleted', live: false });
  expect([instance.google.vms.size, instance.google.disks.size]).toEqual([0, 0]);

  await instance.start(1, { uid: 'def456' });
  expect(instance.status()).toBe('starting');
  // A late word about the first one.
  await instance.remove(UID);
  await instance.start(2);
  expect(instance.status()).toBe('starting');
  expect(instance.state()).toMatchObject({ uid: 'def456', earlier: [UID] });
  await instance.remove('def456');
  await instance.sweep(3);
  expect(instance.status()).toBe('deleted');
});

test('a copy of its start that comes after its deletion makes nothing', async () => {
  const instance = await readyInstance();
  await instance.remove();
  await instance.sweep(3);
  await instance.start(1);
  await instance.start(2);
  expect(instance.status()).toBe('deleted');
  expect([instance.google.vms.size, instance.google.disks.size]).toEqual([0, 0]);
});

test('two create it at once: the second joins an equal one, and changes nothing of another', async () => {
  const instance = instanceDeployment();
  await instance.start(1);
  await instance.start(1, { uid: 'def456' });
  expect(instance.state().uid).toBe(UID);
  await instance.start(1, { uid: 'ghi789', spec: aSpec({ idleSeconds: 60 }) });
  expect(instance.state()).toMatchObject({ uid: UID, spec: { idleSeconds: 3600 } });
  expect([...instance.google.created.values()]).toEqual([1]);
});

test('all instances that the deployment allows are on: it waits, and is refused after the wait', async () => {
  const instance = instanceDeployment();
  instance.google.context.settings.maxInstances = 0;
  await instance.start(1);
  expect(instance.status()).toBe('queued');
  await instance.sweep(12);
  expect(instance.summary()).toMatchObject({ status: 'failed', reason: 'quota' });
});

test('the VM hears when it stops, and again every two hours', async () => {
  const instance = await readyInstance();
  const { told, stopIn } = instance.control();
  expect(Number(stopIn)).toBeGreaterThan(86_000);
  await instance.sweep(60);
  expect(instance.control()['told']).toBe(told);
  await instance.sweep(70);
  expect(instance.control()['told']).not.toBe(told);
});

describe('its VM deleted in the console', () => {
  async function deleted(): Promise<Instances> {
    const instance = await readyInstance();
    instance.google.vms.clear();
    await instance.sweep(2);
    expectStopped(instance);
    expect(instance.summary()).toMatchObject({ reason: 'gone', message: expect.stringContaining('Its disk is kept') });
    return instance;
  }

  test('a start makes it again on its disk, and hears its reports', async () => {
    const instance = await deleted();
    const [disk] = instance.google.disks.values();
    await instance.start(2, { spec: aSpec({ maxSeconds: 7200 }) });
    await instance.report({ phase: 'serve' });
    expect(instance.status()).toBe('ready');
    expect(instance.vm()).toMatchObject({ name: 'mymlops-cpu1-abc123-1', maxRunDurationSeconds: 7200 });
    expect([...instance.google.disks.values()]).toEqual([disk]);
    await instance.stop(2);
    await instance.sweep(2);
    expectStopped(instance);
    await instance.start(3);
    await instance.report({ phase: 'serve' });
    expect(instance.status()).toBe('ready');
  });

  test('and its disk too: nothing is left, and says so; the next start makes another VM', async () => {
    const instance = await deleted();
    instance.google.disks.clear();
    await instance.start(2);
    await instance.sweep(2);
    expect(instance.summary()).toMatchObject({ status: 'failed', reason: 'gone', live: false });
    expect(instance.summary().message).toBe(
      'Somebody deleted the VM and its disk. Start it again: the work on it is gone.',
    );
    expect(instance.google.pools.get('instances')?.pool.holders).toEqual([]);
    await instance.start(3);
    await instance.report({ phase: 'serve' });
    expect([instance.status(), instance.vm()?.name]).toEqual(['ready', 'mymlops-cpu1-abc123-2']);
  });

  test('and its disk is attached to another VM: the start is refused, the disk stays', async () => {
    const instance = await deleted();
    const { compute } = instance.google.context;
    const [disk] = instance.google.disks.values();
    const attached = { ...compute, getDisk: () => Promise.resolve(disk && { ...disk, inUse: true }) };
    instance.google.context.compute = attached;
    await instance.start(2);
    await instance.sweep(2);
    expectStopped(instance);
    const { reason, message } = instance.summary();
    expect([reason, message]).toEqual([
      'refused',
      'Its disk mymlops-cpu1-abc123-1 in local-a is attached to another VM. Detach it there, then start it again.',
    ]);
    instance.google.context.compute = compute;
    await instance.start(3);
    expect(instance.vm()?.status).toBe('RUNNING');
  });

  test('and made again there, labels and all: it is a start by hand, and its reports count', async () => {
    const instance = await readyInstance();
    const [[key, vm] = []] = instance.google.vms.entries();
    if (!key || !vm) throw new Error('no VM');
    await instance.stop(1);
    await instance.sweep(2);
    const lastStartAt = new Date(instance.google.nowMs).toISOString();
    instance.google.vms.set(key, { ...vm, id: '17', status: 'RUNNING', lastStartAt });
    await instance.sweep(6);
    await instance.report({ phase: 'serve' });
    expect(instance.status()).toBe('ready');
  });
});

test('another machine type and a larger disk from the next start on', async () => {
  const instance = await readyInstance();
  const [disk] = instance.google.disks.values();
  Object.assign(instance.vm() ?? {}, { machineType: instance.google.context.settings.machineType });
  Object.assign(disk ?? {}, { sizeGb: 50 });
  const machine = { provisioning: 'standard' as const, machineType: 'n2-standard-8', disk: { sizeGb: 200 } };
  await instance.stop(1);
  await instance.sweep(2);
  await instance.start(2, { spec: aSpec({ machine }) });
  await instance.report({ phase: 'serve' });
  expect(instance.vm()).toMatchObject({ machineType: 'n2-standard-8', status: 'RUNNING' });
  expect(disk).toMatchObject({ sizeGb: 200 });
  expect(instance.summary()).toMatchObject({ status: 'ready', machine: 'n2-standard-8' });
});
