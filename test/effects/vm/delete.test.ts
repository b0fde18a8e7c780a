// A VM is gone when a GET answers 404, and not before.
import { deleteKeptDisk, deleteVm } from '../../../functions/src/effects/vm/delete';
import { deleteDisk } from '../../../functions/src/effects/vm/delete-vm';
import { withStart } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aTask, effectContext, makeVm, type RunVm } from '../task';

async function made(vm: RunVm = aVm()): Promise<FakeGoogle> {
  const google = fakeGoogle();
  await makeVm(google, vm);
  return google;
}

const remove = async (google: FakeGoogle, vm: RunVm = aVm(), isDiskKept = false): Promise<RunVm | undefined> =>
  (await deleteVm(aTask(google, vm, isDiskKept), effectContext(google)))?.(vm);

const kept = aVm({ terminationAction: 'STOP', keepsDisk: true });
const left = ({ vms, disks }: FakeGoogle): number[] => [vms.size, disks.size];

test('an invocation that was frozen deletes nothing', async () => {
  const google = await made();
  expect(await deleteVm(aTask(google), effectContext(google, false))).toBeUndefined();
  expect(left(google)).toEqual([1, 1]);
  google.vms.clear();
  expect(await deleteKeptDisk(aTask(google), effectContext(google, false))).toBeUndefined();
  expect(left(google)).toEqual([0, 1]);
});

test('a VM goes with its disk, and is gone from when both were not found', async () => {
  const google = await made();
  google.calls.after = () => void (google.nowMs += 1000);
  const vm = await remove(google);
  expect(left(google)).toEqual([0, 0]);
  expect(vm?.goneAt).toBe(new Date(google.nowMs).toISOString());
});

test('a deletion that is under way proves nothing', async () => {
  const google = await made();
  google.faults.looks = 1;
  expect(await remove(google)).toBeUndefined();
  expect((await remove(google))?.goneAt).toBeDefined();
});

describe.each([
  ['goes with it', aVm(), false],
  ['is kept', kept, true],
])('a VM whose disk %s', (_what, vm, isDiskKept) => {
  test('is not gone while its deletion is under way', async () => {
    const google = await made(vm);
    google.faults.looks = 1;
    expect(await remove(google, vm, isDiskKept)).toBeUndefined();
  });

  test('is not gone where the deletion ended and it still exists: nothing more is deleted', async () => {
    const google = await made(vm);
    const { compute } = google.context;
    google.context.compute = { ...compute, delete: () => Promise.resolve('failed-delete') };
    const calls: string[] = [];
    google.calls.before = (name) => void calls.push(name);
    expect(await remove(google, vm, isDiskKept)).toBeUndefined();
    expect(left(google)).toEqual([1, 1]);
    expect(calls).toEqual(['compute.get', 'compute.awaitOperation', 'compute.get']);
  });

  test('that vanished between the look and its deletion has no operation to be waited for', async () => {
    const google = await made(vm);
    const { compute } = google.context;
    const calls: string[] = [];
    google.calls.before = (name) => void calls.push(name);
    google.context.compute = {
      ...compute,
      delete: (zone, name) => {
        google.vms.delete(`${zone}/${name}`);
        return Promise.resolve(undefined);
      },
      deleteDisk: (zone, name) => {
        google.disks.delete(`${zone}/${name}`);
        return Promise.resolve(undefined);
      },
    };
    expect((await remove(google, vm, isDiskKept))?.goneAt).toBeDefined();
    expect(calls).not.toContain('compute.awaitOperation');
  });

  test('that was never made, in no zone, is not asked for', async () => {
    const google = fakeGoogle();
    google.calls.before = () => {
      throw new Error('asked');
    };
    expect((await remove(google, { ...vm, zone: '-' }, isDiskKept))?.goneAt).toBeDefined();
  });
});

test('its disk, attached to the VM of another person, holds the VM back from being gone', async () => {
  const google = await made();
  google.vms.clear();
  const { compute } = google.context;
  const inUse = async (zone: string, name: string) => {
    const disk = await compute.getDisk(zone, name);
    return disk && { ...disk, inUse: true };
  };
  google.context.compute = { ...compute, getDisk: inUse };
  expect(await remove(google)).toBeUndefined();
  expect(left(google)).toEqual([0, 1]);
});

test('a VM that was taken over without its disk is theirs, and gone for us', async () => {
  const google = await made();
  for (const found of google.vms.values()) found.labels = {};
  google.disks.clear();
  expect((await remove(google))?.goneAt).toBeDefined();
});

test('a disk that stays behind holds the VM back from being gone', async () => {
  const google = await made();
  const { compute } = google.context;
  google.context.compute = { ...compute, deleteDisk: () => Promise.resolve('delete-disk') };
  google.vms.clear();
  expect(await remove(google)).toBeUndefined();
});

test('a kept disk outlives its VM, and goes by itself when nobody keeps it any more', async () => {
  const google = await made(kept);
  const vm = await remove(google, kept, true);
  expect(left(google)).toEqual([0, 1]);
  expect(vm).toMatchObject({ goneAt: expect.any(String) });
  expect(vm).not.toHaveProperty('diskGoneAt');
  const update = await deleteKeptDisk(aTask(google, kept), effectContext(google));
  expect(left(google)).toEqual([0, 0]);
  expect(update?.(kept)).toMatchObject({ diskGoneAt: expect.any(String) });
});

test('a VM whose disk nobody keeps any more goes with it, in one', async () => {
  const google = await made(kept);
  expect(await remove(google, kept)).toMatchObject({ goneAt: expect.any(String), diskGoneAt: expect.any(String) });
  expect(left(google)).toEqual([0, 0]);
});

test('what a user has taken over by taking our label off stays, with the disk in it', async () => {
  const google = await made();
  for (const found of [...google.vms.values(), ...google.disks.values()]) found.labels = {};
  expect((await remove(google))?.goneAt).toBeDefined();
  expect(left(google)).toEqual([1, 1]);
});

test('nor does a disk go that only its VM was taken over with', async () => {
  const google = await made();
  for (const found of google.vms.values()) found.labels = {};
  expect((await remove(google))?.goneAt).toBeDefined();
  expect(left(google)).toEqual([1, 1]);
});

test('a disk of another deployment is not ours to delete', async () => {
  const google = await made();
  google.vms.clear();
  const target = { zone: 'local-a', name: aVm().name, deployment: 'another' };
  expect(await deleteDisk(target, google.context.compute)).toBe(true);
  expect(left(google)).toEqual([0, 1]);
});

test('a disk in use stays, and is not gone', async () => {
  const google = await made();
  const target = { zone: 'local-a', name: aVm().name, deployment: 'mymlops' };
  expect(await deleteDisk(target, google.context.compute)).toBe(false);
  expect(left(google)).toEqual([1, 1]);
});

test('an insert that was given up while it was under way is settled first: its VM may still come', async () => {
  const unanswered = withStart(aVm({ start: { operation: `insert-${aVm().requestId}` } }), {
    failure: { code: 'unanswered', message: '', reason: 'no-capacity', scope: 'zone' },
  });
  const google = fakeGoogle();
  google.faults.looks = 1;
  await makeVm(google);
  google.vms.clear();
  google.disks.clear();
  expect(await remove(google, unanswered)).toBeUndefined();
  expect((await remove(google, unanswered))?.goneAt).toBeDefined();
});

test.each<[string, RunVm]>([
  ['settled well', withStart(aVm(), { operation: 'insert-1', settledAt: '2026-11-21T10:00:05.000Z' })],
  [
    'given up before it was requested',
    withStart(aVm(), { failure: { code: 'unanswered', message: '', reason: 'no-capacity', scope: 'zone' } }),
  ],
])('an insert that was %s is not waited for', async (_what, vm) => {
  const google = fakeGoogle();
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  expect((await remove(google, vm))?.goneAt).toBeDefined();
  expect(calls).not.toContain('compute.awaitOperation');
});
