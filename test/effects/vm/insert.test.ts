// From an intent to a VM that Compute Engine has made, or has not.
import { awaitStart } from '../../../functions/src/effects/vm/await-start';
import { insertVm } from '../../../functions/src/effects/vm/insert';
import { insertOf, openPeriod, withPeriod, withStart } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { FIRST_IDS } from '../../fakes/fake-compute';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aTask, effectContext, makeVm, type RunVm } from '../task';

const MINUTE_MS = 60_000;
const REPORTS = {
  boot_agent: { seq: 1, receivedAt: '2026-11-21T10:01:00.000Z', state: { phase: 'boot' as const, phases: {} } },
};

/** Names of the calls that were made. */
function callsOf(google: FakeGoogle): string[] {
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  return calls;
}

async function insert(google: FakeGoogle, vm: RunVm = aVm()): Promise<RunVm | undefined> {
  return (await insertVm(aTask(google, vm), effectContext(google)))?.(vm);
}

describe('an intent', () => {
  test('is requested once, and keeps the operation and the id that the answer names', async () => {
    const google = fakeGoogle();
    const vm = await insert(google);
    expect(vm?.id).toBe(FIRST_IDS.vm);
    expect(vm && insertOf(vm)).toEqual({ ...insertOf(aVm()), operation: `insert-${aVm().requestId}` });
  });

  test('of an invocation that was frozen is left to another one', async () => {
    const google = fakeGoogle();
    const calls = callsOf(google);
    expect(await insertVm(aTask(google), effectContext(google, false))).toBeUndefined();
    expect(calls).toEqual([]);
  });

  test('of twenty minutes makes a VM; one that is older makes none', async () => {
    const google = fakeGoogle();
    google.nowMs += 20 * MINUTE_MS;
    expect((await insert(google))?.id).toBe(FIRST_IDS.vm);
    const late = fakeGoogle();
    late.nowMs += 20 * MINUTE_MS + 1;
    const vm = await insert(late);
    expect(vm && insertOf(vm).failure?.code).toBe('neverMade');
    expect(late.vms.size).toBe(0);
  });

  test('that is too old may have made its VM nevertheless: the VM is used', async () => {
    const google = fakeGoogle();
    await makeVm(google);
    google.nowMs += 30 * MINUTE_MS;
    const vm = await insert(google);
    expect(vm).toMatchObject({
      id: FIRST_IDS.vm,
      periods: { 1: { start: { settledAt: '2026-11-21T10:30:00.000Z' } } },
    });
  });
});

describe('what has its name already', () => {
  const another = { id: '7', status: 'RUNNING', labels: { 'mymlops-deployment': 'mymlops' } };

  test("another's VM: the name is taken, and the VM stays as it is", async () => {
    const google = fakeGoogle();
    await makeVm(google);
    for (const vm of google.vms.values()) Object.assign(vm, another);
    const vm = await insert(google, aVm({ requestId: '00000000-0000-5000-8000-000000000009' }));
    expect(vm && insertOf(vm).failure?.code).toBe('alreadyExists');
    expect(google.vms.size).toBe(1);
  });

  test('a disk alone, which an insert of its own left: it failed', async () => {
    const google = fakeGoogle();
    await makeVm(google);
    google.vms.clear();
    const task = aTask(google, withStart(aVm(), {}));
    const update = await awaitStart(task, effectContext(google));
    const vm = update?.(aVm());
    expect(vm && insertOf(vm).failure?.code).toBe('diskLeft');
  });

  test('a disk in use without its VM proves nothing: it is looked at again', async () => {
    const google = fakeGoogle();
    await makeVm(google);
    const { compute } = google.context;
    google.context.compute = { ...compute, get: () => Promise.resolve(undefined) };
    await expect(awaitStart(aTask(google), effectContext(google))).rejects.toThrow('is in use');
  });

  test('nothing at all: it was there a moment ago, and is looked at again', async () => {
    const google = fakeGoogle();
    await expect(awaitStart(aTask(google), effectContext(google))).rejects.toThrow(
      'exists, and shows neither VM nor disk',
    );
  });

  test('nothing, and the VM has reported: the sweep finds out why', async () => {
    const google = fakeGoogle();
    expect(
      await awaitStart(aTask(google, aVm({ period: { reports: REPORTS } })), effectContext(google)),
    ).toBeUndefined();
  });
});

describe('a refusal', () => {
  const refused = (): FakeGoogle => {
    const google = fakeGoogle();
    google.faults.insertRefused = { code: 'quotaExceeded', message: 'CPUS' };
    return google;
  };

  test('is kept with its reason', async () => {
    const vm = await insert(refused());
    expect(vm && insertOf(vm)).toMatchObject({ settledAt: '2026-11-21T10:00:00.000Z', failure: { reason: 'quota' } });
  });

  test.each<[string, (vm: RunVm) => RunVm]>([
    ['has reported', (vm) => withPeriod(vm, { reports: REPORTS })],
    ['was seen on by another invocation', (vm) => withStart(vm, { settledAt: '2026-11-21T10:00:01.000Z' })],
  ])('says nothing of a VM that %s meanwhile', async (_what, change) => {
    const google = refused();
    const update = await insertVm(aTask(google), effectContext(google));
    expect(update?.(change(aVm()))).toEqual(change(aVm()));
  });
});

describe('a zone that does not answer', () => {
  const silent = (google: FakeGoogle): void => {
    google.calls.before = (name) => {
      if (name.startsWith('compute.')) throw new Error('503');
    };
  };
  const sent = withStart(aVm(), { operation: 'insert-1' });

  test('is called again for half an hour, and then left', async () => {
    const google = fakeGoogle();
    silent(google);
    google.nowMs += 30 * MINUTE_MS - 1;
    await expect(awaitStart(aTask(google, sent), effectContext(google))).rejects.toThrow('503');
    google.nowMs += 1;
    const vm = (await awaitStart(aTask(google, sent), effectContext(google)))?.(sent);
    expect(vm && insertOf(vm).failure?.code).toBe('unanswered');
  });

  test('is not left while its VM shows a sign of life, which is noted', async () => {
    const google = fakeGoogle();
    silent(google);
    google.nowMs += 31 * MINUTE_MS;
    const task = aTask(google, sent);
    google.writtenAt.set(`${task.prefix}claim`, '2026-11-21T10:02:00.000Z');
    const vm = (await awaitStart(task, effectContext(google)))?.(sent);
    expect(vm && insertOf(vm)).not.toHaveProperty('failure');
    expect(vm?.periods[1]?.liveness?.newestObjectAt).toBe('2026-11-21T10:02:00.000Z');
  });

  test.each<[string, RunVm]>([
    ['reported', withPeriod(sent, { reports: REPORTS })],
    ['written', withPeriod(sent, { liveness: { at: '2026-11-21T10:10:00Z', newestObjectAt: '2026-11-21T10:02:00Z' } })],
  ])('is called again and again if the VM has %s', async (_what, vm) => {
    const google = fakeGoogle();
    silent(google);
    google.nowMs += 300 * MINUTE_MS;
    await expect(awaitStart(aTask(google, vm), effectContext(google))).rejects.toThrow('503');
  });
});

describe('an operation', () => {
  const sent = withStart(aVm(), { operation: `insert-${aVm().requestId}` });

  test('that is not done is nothing new', async () => {
    const google = fakeGoogle();
    google.faults.looks = 1;
    await makeVm(google);
    expect(await awaitStart(aTask(google, sent), effectContext(google))).toBeUndefined();
    const vm = (await awaitStart(aTask(google, sent), effectContext(google)))?.(sent);
    expect(vm && insertOf(vm).settledAt).toBe('2026-11-21T10:00:00.000Z');
  });

  test('that failed is kept with its reason, and its zone is avoided by others', async () => {
    const google = fakeGoogle();
    google.faults.stockedOut = new Set(['local-a']);
    await makeVm(google);
    const vm = (await awaitStart(aTask(google, sent), effectContext(google)))?.(sent);
    expect(vm && insertOf(vm).failure?.reason).toBe('no-capacity');
    expect(google.context.stockedOutZones.has('local-a', aVm().machine, google.nowMs)).toBe(true);
    expect(google.context.stockedOutZones.has('local-b', aVm().machine, google.nowMs)).toBe(false);
  });

  test('that ended well says nothing of the time limit, which another invocation has not found', async () => {
    const google = fakeGoogle();
    await makeVm(google);
    const update = await awaitStart(aTask(google, sent), effectContext(google));
    const failure = { code: 'noTimeLimit', message: '', reason: 'internal' as const, scope: 'all' as const };
    const known = withStart(sent, { settledAt: '2026-11-21T09:59:59.000Z', failure });
    expect(update?.(known)).toEqual(known);
    const refused = withStart(sent, { settledAt: '2026-11-21T09:59:59.000Z', failure: { ...failure, code: 'other' } });
    expect(update && insertOf(update(refused))).not.toHaveProperty('failure');
  });

  test('of a later power-on is the only word on it: without one nobody takes what is there for on', async () => {
    const google = fakeGoogle();
    await makeVm(google);
    const again = openPeriod(aVm(), { at: '2026-11-21T11:00:00.000Z', actor: 'b', maxRunDurationSeconds: 60 });
    expect(await awaitStart(aTask(google, again), effectContext(google))).toBeUndefined();
  });
});

test.each(['spot', 'standard'] as const)(
  'a %s VM is requested so that it ends for good: it does not restart by itself, and its disk goes with it',
  async (provisioning) => {
    const google = fakeGoogle();
    await insert(google, aVm({ provisioning }));
    const [vm] = google.vms.values();
    expect(vm?.body).toMatchObject({
      disks: [{ boot: true, autoDelete: true, initializeParams: { diskName: vm?.name } }],
      scheduling: {
        provisioningModel: provisioning.toUpperCase(),
        automaticRestart: false,
        onHostMaintenance: provisioning === 'standard' ? 'MIGRATE' : 'TERMINATE',
        instanceTerminationAction: 'DELETE',
        maxRunDuration: { seconds: '6600' },
      },
    });
  },
);

test('a VM that is to be started again is stopped at its limit, and keeps its disk', async () => {
  const google = fakeGoogle();
  await insert(google, aVm({ terminationAction: 'STOP', keepsDisk: true }));
  expect([...google.vms.values()][0]?.body).toMatchObject({
    disks: [{ autoDelete: false }],
    scheduling: { automaticRestart: false, instanceTerminationAction: 'STOP' },
  });
});
