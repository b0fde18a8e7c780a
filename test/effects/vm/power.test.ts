// A VM whose disk stays is switched on and off again: with today's scripts, within its time limit, by whoever is fresh.
import { startVm, stopVm } from '../../../functions/src/effects/vm/power';
import { currentPeriod, openPeriod, withPeriod } from '../../../functions/src/engine/vm/record';
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
    expect(calls).toEqual(['get', 'setScheduling', 'awaitOperation', 'setMetadata', 'start']);
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
    expect(await start(google)).toBeUndefined();
    expect(vmIn(google)?.status).toBe('TERMINATED');
    google.vms.clear();
    expect(await start(google)).toBeUndefined();
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
    expect(vm && currentPeriod(vm).stop).toEqual({ at: '2026-11-21T10:30:00.000Z', operation: expect.any(String) });
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
});
