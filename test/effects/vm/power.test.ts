// A VM whose disk stays is switched on and off again: with today's scripts, within its time limit, by whoever is fresh.
import { currentPeriod } from '@mymlops/protocol';
import { startVm, stopVm } from '../../../functions/src/effects/vm/power';
import { bringUp } from '../../../functions/src/engine/vm/power';
import { openPeriod, withPeriod, withStart } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aTask, effectContext, makeVm } from '../task';

const first = aVm({ terminationAction: 'STOP', keepsDisk: true, id: '42' });
const again = openPeriod(first, { at: '2026-11-21T12:00:00.000Z', actor: 'b', maxRunDurationSeconds: 600 });

async function off(): Promise<FakeGoogle> {
  const google = fakeGoogle();
  await makeVm(google, first);
  for (const vm of google.vms.values()) vm.status = 'TERMINATED';
  return google;
}

const vmIn = ({ vms }: FakeGoogle) => [...vms.values()][0];
const start = async (google: FakeGoogle) => (await startVm(aTask(google, again), effectContext(google)))?.(again);

describe('start', () => {
  test('sets the time limit of this period and the scripts of now first, then requests it once', async () => {
    const google = await off();
    const calls: string[] = [];
    google.calls.before = (name) => void calls.push(name.replace('compute.', ''));
    const vm = await start(google);
    expect(calls).toEqual(['get', 'setScheduling', 'awaitOperation', 'getDisk', 'setMetadata', 'start']);
    expect(vmIn(google)).toMatchObject({ status: 'RUNNING', maxRunDurationSeconds: 600, terminationAction: 'STOP' });
    expect(vmIn(google)?.metadata).toHaveProperty('startup-script');
    expect(vm && currentPeriod(vm).start.operation).toBeDefined();
    expect(vm?.periods[1]).toEqual(again.periods[1]);
  });

  test('leaves a limit alone that is right already', async () => {
    const google = await off();
    Object.assign(vmIn(google) ?? {}, { maxRunDurationSeconds: 600 });
    google.calls.before = (name) => {
      if (name === 'compute.setScheduling') throw new Error('set again');
    };
    expect(await start(google)).toBeDefined();
  });

  test('changes the machine type and grows the disk before it, where this period has others', async () => {
    const google = await off();
    const [disk] = google.disks.values();
    Object.assign(vmIn(google) ?? {}, { machineType: 'e2-small', maxRunDurationSeconds: 600 });
    Object.assign(disk ?? {}, { sizeGb: 5 });
    const calls: string[] = [];
    google.calls.before = (name) => void calls.push(name.replace('compute.', ''));
    await start(google);
    expect(calls).toEqual([
      ...['get', 'setMachineType', 'awaitOperation', 'getDisk', 'resizeDisk', 'awaitOperation', 'setMetadata', 'start'],
    ]);
    expect(vmIn(google)).toMatchObject({ status: 'RUNNING', machineType: again.machine });
    expect(disk).toMatchObject({ sizeGb: google.context.settings.diskSizeGb });
  });

  test('leaves a disk alone that is larger, and a machine type that is right', async () => {
    const google = await off();
    const [disk] = google.disks.values();
    Object.assign(vmIn(google) ?? {}, { machineType: again.machine });
    Object.assign(disk ?? {}, { sizeGb: 4000 });
    google.calls.before = (name) => {
      if (['compute.setMachineType', 'compute.resizeDisk'].includes(name)) throw new Error('changed');
    };
    expect(await start(google)).toBeDefined();
  });

  test.each(['setMachineType', 'resizeDisk'] as const)('is refused where %s is, and the VM stays off', async (call) => {
    const google = await off();
    const [disk] = google.disks.values();
    Object.assign(vmIn(google) ?? {}, { machineType: 'e2-small' });
    Object.assign(disk ?? {}, { sizeGb: 5 });
    const refused = { code: 'quotaExceeded', message: 'no', httpStatus: 403 };
    google.context.compute = { ...google.context.compute, [call]: () => Promise.resolve({ refused }) };
    const vm = await start(google);
    expect(vm && currentPeriod(vm).start.failure).toMatchObject({ reason: 'quota' });
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test('sets the action, though the limit is right', async () => {
    const google = await off();
    Object.assign(vmIn(google) ?? {}, { maxRunDurationSeconds: 600, terminationAction: 'DELETE' });
    await start(google);
    expect(vmIn(google)?.terminationAction).toBe('STOP');
  });

  test('is not requested while the change before it is under way', async () => {
    const google = await off();
    google.faults.looks = 1;
    expect(await start(google)).toBeUndefined();
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test('fails where the limit cannot be set: a VM never runs without its limit', async () => {
    const google = await off();
    const { compute } = google.context;
    const failure = { code: 'QUOTA_EXCEEDED', message: '' };
    google.context.compute = { ...compute, awaitOperation: () => Promise.resolve({ done: true, failure }) };
    const vm = await start(google);
    expect(vm && currentPeriod(vm).start.failure?.reason).toBe('quota');
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test.each([
    ['setScheduling', 'the change of its limit'],
    ['start', 'the start'],
  ] as const)('that Google refuses at %s is kept as %s that was refused', async (call, _what) => {
    const google = await off();
    const refused = { code: 'forbidden', message: 'no' };
    const { compute } = google.context;
    google.context.compute = { ...compute, [call]: () => Promise.resolve({ refused }) };
    const vm = await start(google);
    expect(vm && currentPeriod(vm).start.failure).toMatchObject({ code: 'forbidden', reason: 'permission' });
  });

  test('belongs to a fresh invocation and to this very VM', async () => {
    const google = await off();
    expect(await startVm(aTask(google, again), effectContext(google, false))).toBeUndefined();
    Object.assign(vmIn(google) ?? {}, { id: '43', labels: {} });
    await start(google);
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test.each(['STOPPING', 'STAGING', 'SUSPENDING', 'REPAIRING'])('of a VM that is %s waits', async (status) => {
    const google = await off();
    Object.assign(vmIn(google) ?? {}, { status });
    expect(await start(google)).toBeUndefined();
    expect(vmIn(google)).toMatchObject({ status, maxRunDurationSeconds: 6600 });
  });

  test('of a VM that somebody has just started with another limit is over: its limit is looked at', async () => {
    const google = await off();
    Object.assign(vmIn(google) ?? {}, { status: 'RUNNING' });
    const vm = await start(google);
    expect(vm && currentPeriod(vm).start).toMatchObject({ settledAt: '2026-11-21T10:00:00.000Z' });
    expect(vm && currentPeriod(vm).start).not.toHaveProperty('failure');
    expect(vm && bringUp(vm, { nowMs: google.nowMs, actor: 'b' })).toBe('verify-time-limit');
  });

  test('of a VM that was on and off since it was looked at begins anew', async () => {
    const google = await off();
    google.calls.before = (name) => {
      const vm = vmIn(google);
      if (name === 'compute.setMetadata' && vm) vm.lastStartAt = '2026-11-21T10:00:01.000Z';
    };
    expect(await start(google)).toBeUndefined();
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test.each(['compute.get', 'compute.setMetadata'])('that stands still after %s is not requested', async (held) => {
    const google = await off();
    let isFresh = true;
    google.calls.after = (name) => void (isFresh &&= name !== held);
    const context = { ...effectContext(google), isFresh: () => isFresh };
    expect(await startVm(aTask(google, again), context)).toBeUndefined();
    expect(vmIn(google)?.status).toBe('TERMINATED');
  });

  test('is another request in each period, and the same one within it', async () => {
    const google = await off();
    const operationOf = async (vm: typeof again) => {
      const update = await startVm(aTask(google, vm), effectContext(google));
      const started = update?.(vm);
      return started && currentPeriod(started).start.operation;
    };
    const second = await operationOf(again);
    for (const vm of google.vms.values()) vm.status = 'TERMINATED';
    const third = openPeriod(again, { at: '2026-11-21T13:00:00.000Z', actor: 'b', maxRunDurationSeconds: 600 });
    expect(await operationOf(third)).not.toBe(second);
    expect(await operationOf(again)).toBe(second);
  });
});

describe('stop', () => {
  const requested = withPeriod(first, { stop: { at: '2026-11-21T10:30:00.000Z' } });

  test('is requested, and keeps when its user asked for it', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    google.nowMs += 3_600_000;
    const vm = (await stopVm(aTask(google, requested), effectContext(google)))?.(requested);
    expect(vmIn(google)?.status).toBe('TERMINATED');
    expect(vm && currentPeriod(vm).stop).toEqual({
      ...{ at: '2026-11-21T10:30:00.000Z', requestedAt: '2026-11-21T11:00:00.000Z' },
      ...{ operation: expect.any(String), tries: 1 },
    });
  });

  test.each([
    ['n2-standard-8', undefined],
    ['a3-highgpu-8g', true],
  ])('of a VM of %s: whether its local SSDs may be lost is %p', async (machine, discardLocalSsd) => {
    const google = fakeGoogle();
    const vm = aVm({ terminationAction: 'STOP', keepsDisk: true, id: '42', machine });
    await makeVm(google, vm);
    const asked: (boolean | undefined)[] = [];
    const { compute } = google.context;
    google.context.compute = {
      ...compute,
      stop: (zone, name, options) => (asked.push(options.discardLocalSsd), compute.stop(zone, name, options)),
    };
    await stopVm(aTask(google, vm), effectContext(google));
    expect(asked).toEqual([discardLocalSsd]);
  });

  test('that nobody asked for counts from now', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    const vm = (await stopVm(aTask(google, first), effectContext(google)))?.(first);
    expect(vm && currentPeriod(vm).stop?.at).toBe('2026-11-21T10:00:00.000Z');
  });

  test('belongs to a fresh invocation and to this very VM', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    expect(await stopVm(aTask(google, first), effectContext(google, false))).toBeUndefined();
    Object.assign(vmIn(google) ?? {}, { id: '43', labels: {} });
    expect(await stopVm(aTask(google, first), effectContext(google))).toBeUndefined();
    expect(vmIn(google)?.status).toBe('RUNNING');
  });

  test.each(['TERMINATED', 'STOPPING', 'SUSPENDED', 'PENDING_STOP'])(
    'of a VM that is %s is not requested: the sweep sees where that ends',
    async (status) => {
      const google = fakeGoogle();
      await makeVm(google, first);
      Object.assign(vmIn(google) ?? {}, { status });
      expect(await stopVm(aTask(google, first), effectContext(google))).toBeUndefined();
      expect(vmIn(google)?.status).toBe(status);
    },
  );

  test('that stands still after its look at the VM until its period may be over is not requested', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    let isFresh = true;
    google.calls.after = (name) => void (isFresh = name !== 'compute.get');
    expect(await stopVm(aTask(google, first), { ...effectContext(google), isFresh: () => isFresh })).toBeUndefined();
    expect(vmIn(google)?.status).toBe('RUNNING');
  });

  const begun = (startedAt: string) => withStart(first, { settledAt: '2026-11-21T10:00:30.000Z', startedAt });

  test('does not stop a VM that was started by hand since: that is another period', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    const vm = begun('2026-11-21T09:59:59.000Z');
    expect(await stopVm(aTask(google, vm), effectContext(google))).toBeUndefined();
    expect(vmIn(google)?.status).toBe('RUNNING');
    const known = begun('2026-11-21T10:00:00.000Z');
    expect(await stopVm(aTask(google, known), effectContext(google))).toBeDefined();
  });

  test('notes the start that it ends, if nobody has read that back yet', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    const stopped = async (vm: typeof first) => (await stopVm(aTask(google, vm), effectContext(google)))?.(vm);
    const noted = await stopped(first);
    expect(noted && currentPeriod(noted).start.startedAt).toBe('2026-11-21T10:00:00.000Z');
    for (const vm of google.vms.values()) Object.assign(vm, { status: 'RUNNING', lastStartAt: undefined });
    const unknown = await stopped(withPeriod(first, { stop: { at: '2026-11-21T10:00:00.000Z', tries: 1 } }));
    expect(unknown && currentPeriod(unknown).start).not.toHaveProperty('startedAt');
  });

  test('is the same request within a try, and another one in the next: Google answers the same with the same end', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    const stop = async (vm: typeof first) => {
      for (const found of google.vms.values()) found.status = 'RUNNING';
      const update = await stopVm(aTask(google, vm), effectContext(google));
      return update?.(vm) ?? vm;
    };
    const operationOf = (vm: typeof first) => currentPeriod(vm).stop?.operation;
    const once = await stop(first);
    expect(operationOf(await stop(first))).toBe(operationOf(once));
    expect(vmIn(google)?.status).toBe('RUNNING');
    const twice = await stop(once);
    expect(vmIn(google)?.status).toBe('TERMINATED');
    expect(currentPeriod(twice).stop).toMatchObject({ tries: 2 });
    expect(operationOf(twice)).not.toBe(operationOf(once));
    const next = openPeriod(withPeriod(first, {}), currentPeriod(again).start);
    expect(operationOf(await stop(next))).not.toBe(operationOf(once));
  });

  test('that comes back when a later try is known changes nothing', async () => {
    const google = fakeGoogle();
    await makeVm(google, first);
    const update = await stopVm(aTask(google, first), effectContext(google));
    const known = withPeriod(first, { stop: { at: '2026-11-21T10:00:00.000Z', operation: 'later', tries: 2 } });
    expect(update?.(known)).toBe(known);
  });
});
