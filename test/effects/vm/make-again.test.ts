// A VM that somebody has deleted is made again on the disk that it left, once, however often the call is made.
import { currentPeriod } from '@mymlops/protocol';
import { startVm } from '../../../functions/src/effects/vm/power';
import { isPeriodOver } from '../../../functions/src/engine/vm/power';
import { isKnownId } from '../../../functions/src/engine/vm/identity';
import { openPeriod } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aTask, effectContext, makeVm, type RunVm } from '../task';

const first = aVm({ terminationAction: 'STOP', keepsDisk: true, id: '42' });
const again = openPeriod(first, { at: '2026-11-21T12:00:00.000Z', actor: 'b', maxRunDurationSeconds: 600 });

async function deleted(): Promise<FakeGoogle> {
  const google = fakeGoogle();
  await makeVm(google, first);
  google.vms.clear();
  return google;
}

const vmIn = ({ vms }: FakeGoogle) => [...vms.values()][0];
const start = async (google: FakeGoogle, vm: RunVm = again, isFresh = true) =>
  (await startVm(aTask(google, vm), effectContext(google, isFresh)))?.(vm);

test('on its disk, with the time limit of this period and the scripts of now, under its new id', async () => {
  const google = await deleted();
  const vm = await start(google);
  const { id, body } = vmIn(google) ?? {};
  expect(body?.disks).toEqual([{ boot: true, autoDelete: false, source: `zones/${first.zone}/disks/${first.name}` }]);
  expect(vmIn(google)).toMatchObject({ name: first.name, maxRunDurationSeconds: 600, terminationAction: 'STOP' });
  expect(body?.metadata.items.map(({ key }) => key)).toContain('startup-script');
  expect(vm && currentPeriod(vm).start).toMatchObject({ id, operation: expect.any(String) });
  expect(vm && ['42', id ?? ''].map((each) => isKnownId(vm, each))).toEqual([true, true]);
});

test('the answer was lost: the next look finds the VM, and learns its id', async () => {
  const google = await deleted();
  await start(google);
  const { id = '' } = vmIn(google) ?? {};
  const vm = await start(google);
  expect(google.created.get(first.name)).toBe(2);
  expect(vm && isKnownId(vm, id)).toBe(true);
});

test('an invocation that is not fresh makes nothing', async () => {
  const google = await deleted();
  expect(await start(google, again, false)).toBeUndefined();
  expect(google.vms.size).toBe(0);
});

test('made between the two looks: found at the next', async () => {
  const google = await deleted();
  const { compute } = google.context;
  google.context.compute = {
    ...compute,
    async insert(...call) {
      google.context.compute = compute;
      await makeVm(google, { ...first, requestId: 'another' });
      return compute.insert(...call);
    },
  };
  expect(await start(google)).toBeUndefined();
  expect(await start(google)).toBeDefined();
});

test.each<[string, (google: FakeGoogle) => void]>([
  ['is gone', ({ disks }) => disks.clear()],
  ['is not ours any more', ({ disks }) => disks.forEach((disk) => Object.assign(disk, { labels: {} }))],
])('whose disk %s: nothing is left of it, and the period is over', async (_what, change) => {
  const google = await deleted();
  change(google);
  const vm = await start(google);
  expect(vm && currentPeriod(vm).down).toEqual({ at: '2026-11-21T10:00:00.000Z', how: 'gone' });
  expect(vm).toMatchObject({ goneAt: expect.any(String), diskGoneAt: expect.any(String) });
  expect(vm?.periods[1]).toEqual(again.periods[1]);
  expect(google.vms.size).toBe(0);
});

test('refused by Google: the start has failed, the disk stays', async () => {
  const google = await deleted();
  google.faults.insertRefused = { code: 'QUOTA_EXCEEDED', message: 'no' };
  const vm = await start(google);
  expect(vm && currentPeriod(vm).start.failure).toMatchObject({ reason: 'quota' });
  expect(vm && isPeriodOver(vm)).toBe(true);
  expect(google.disks.size).toBe(1);
});

test('whose name another VM has: the start has failed, and the sentence names that VM', async () => {
  const google = fakeGoogle();
  await makeVm(google, first);
  Object.assign(vmIn(google) ?? {}, { id: '43', labels: {} });
  const vm = await start(google);
  const { failure } = vm ? currentPeriod(vm).start : {};
  expect(failure).toMatchObject({ code: 'nameTaken', scope: 'all' });
  expect(failure?.message).toBe(
    `Another VM has its name, ${first.name} in ${first.zone}, and lacks its labels (id 43)`,
  );
  expect(vmIn(google)).toMatchObject({ id: '43', labels: {} });
});
