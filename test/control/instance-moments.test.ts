// Requests of users and of Google at bad moments: while it starts, while it stops, after months, in an order that nobody meant.
import { currentPeriod, type InstanceReportState } from '@mymlops/protocol';
import { aSpec, expectStopped, idleFor, instanceDeployment, readyInstance, UID, type Instances } from './instances';

const nothingIsLeft = ({ google, summary }: Instances): void => {
  expect(summary()).toMatchObject({ status: 'deleted', live: false });
  expect([google.vms.size, google.disks.size]).toEqual([0, 0]);
  expect(google.pools.get('instances')?.pool.holders ?? []).toEqual([]);
};

describe('deleted', () => {
  test('while it is stopped', async () => {
    const instance = await readyInstance();
    await instance.stop(1);
    await instance.sweep(2);
    expectStopped(instance);
    await instance.remove();
    await instance.sweep(3);
    nothingIsLeft(instance);
  });

  test('while it stops', async () => {
    const instance = await readyInstance();
    instance.google.faults.looks = 2;
    await instance.stop(1);
    await instance.remove();
    await instance.sweep(8);
    nothingIsLeft(instance);
  });

  test.each([
    ['its insert', 1],
    ['its start', 2],
  ])('while %s is under way', async (_what, period) => {
    const instance = period === 1 ? instanceDeployment() : await readyInstance();
    if (period === 2) {
      await instance.stop(1);
      await instance.sweep(2);
    }
    instance.google.faults.looks = 3;
    await instance.start(period);
    expect(instance.status()).toBe('provisioning');
    await instance.remove();
    await instance.sweep(10);
    nothingIsLeft(instance);
  });

  test('while it waits for a VM', async () => {
    const instance = instanceDeployment();
    instance.google.faults.stockedOut = new Set(['local-a', 'local-b']);
    await instance.start(1);
    expect(instance.status()).toBe('queued');
    await instance.remove();
    await instance.sweep(5);
    nothingIsLeft(instance);
  });
});

test('its disk was deleted by hand together with its VM, while it was stopped: the next start says so', async () => {
  const instance = await readyInstance();
  await instance.stop(1);
  await instance.sweep(2);
  instance.google.vms.clear();
  instance.google.disks.clear();
  await instance.start(2);
  await instance.sweep(2);
  expect(instance.summary()).toMatchObject({ status: 'failed', reason: 'gone', live: false });
  expect(instance.summary().message).toContain('the work on it is gone');
});

describe('extend', () => {
  test('before its VM agreed to go: the proposal is taken back', async () => {
    const instance = await readyInstance();
    await instance.report(idleFor(3700));
    expect(instance.control()['proposal']).toBeDefined();
    await instance.extend(1, 120);
    expect(instance.state().proposal).toBeUndefined();
    expect(instance.control()['proposal']).toBeUndefined();
    expect(Number(instance.control()['extendedFor'])).toBeGreaterThan(7000);
    await instance.report(idleFor(5000));
    await instance.sweep(30);
    expect(instance.status()).toBe('ready');
  });

  test('after its VM said that it goes: it goes', async () => {
    const instance = await readyInstance();
    await instance.report(idleFor(3700));
    const proposal = Number(instance.control()['proposal']);
    await instance.report({ ...idleFor(3800), answer: { proposal, says: 'going' } });
    await instance.extend(1, 120);
    expect(instance.status()).toBe('stopping');
    Object.assign(instance.vm() ?? {}, { status: 'TERMINATED' });
    await instance.sweep(2);
    expectStopped(instance);
    expect(instance.summary().reason).toBe('idle');
  });

  test('of a stopped one changes nothing, and its next period has the usual end', async () => {
    const instance = await readyInstance();
    await instance.stop(1);
    await instance.sweep(2);
    await instance.extend(1, 60 * 30);
    expectStopped(instance);
    await instance.start(2);
    await instance.report({ phase: 'serve' });
    const { startedAt, stopsAt } = instance.summary();
    expect(Date.parse(stopsAt ?? '') - Date.parse(startedAt ?? '')).toBe(86_400_000);
  });
});

describe('a start of a stopped one that Google refuses: stopped again, with the reason and a sentence', () => {
  const QUOTA = "Quota 'GPUS_ALL_REGIONS' exceeded. Limit: 1.0 globally.";
  const NO_TYPE = "The resource 'projects/p/zones/local-a/machineTypes/n1-standard-4' was not found";

  test.each([
    ['a quota, at once', 'startRefused', 'quotaExceeded', 403, QUOTA, 'quota', 'A quota of the whole project'],
    ['a quota, later', 'startFails', 'QUOTA_EXCEEDED', 403, QUOTA, 'quota', 'A quota of the whole project'],
    ['the machine type is gone, at once', 'startRefused', 'notFound', 404, NO_TYPE, 'refused', 'does not exist'],
    ['the same, later', 'startFails', 'RESOURCE_NOT_FOUND', 404, NO_TYPE, 'no-capacity', 'had no capacity for'],
  ] as const)('%s', async (_what, fault, code, httpStatus, said, reason, words) => {
    const instance = await readyInstance();
    await instance.stop(1);
    await instance.sweep(2);
    instance.google.faults[fault] = { code, message: said, httpStatus };
    await instance.start(2);
    await instance.sweep(2);
    expectStopped(instance);
    expect(instance.summary()).toMatchObject({ reason });
    expect(instance.summary().message).toContain(words);
    expect(instance.summary().message).toContain(said);
    delete instance.google.faults[fault];
    await instance.start(3);
    await instance.report({ phase: 'serve' });
    expect(instance.status()).toBe('ready');
  });
});

describe('after months', () => {
  const later = async (): Promise<Instances> => {
    const instance = await readyInstance();
    await instance.stop(1);
    await instance.sweep(2);
    instance.google.nowMs += 120 * 86_400_000;
    const { settings } = instance.google.context;
    const scripts = { startup: '#!/bin/bash\n# new\n', shutdown: '#!/bin/bash\n' };
    Object.assign(settings.scripts, { instance: scripts });
    return instance;
  };

  test('a start writes the scripts and settings of now before the VM is on', async () => {
    const instance = await later();
    const { compute } = instance.google.context;
    const seen: (string | undefined)[] = [];
    instance.google.context.compute = {
      ...compute,
      start: (zone, name, id) => {
        seen.push(instance.vm()?.metadata['startup-script']);
        return compute.start(zone, name, id);
      },
    };
    await instance.start(2, { spec: aSpec({ idleSeconds: 900 }) });
    expect(seen).toEqual(['#!/bin/bash\n# new\n']);
    expect(instance.vm()?.metadata).toMatchObject({ 'mymlops-period': '2', 'mymlops-idle-seconds': '900' });
  });

  // A VM that had not reached the bucket at its first boot took each later start for one that nobody needs any more.
  test('the decision that its VM is to be on is the one of this start', async () => {
    const instance = await later();
    const beforeSeconds = instance.google.nowMs / 1000;
    await instance.start(2);
    expect(Number(instance.vm()?.metadata['mymlops-decided-at'])).toBeGreaterThanOrEqual(Math.floor(beforeSeconds));
  });

  test('the reports of an agent that is older than the functions are understood', async () => {
    const instance = instanceDeployment();
    await instance.start(1);
    await instance.report({ phase: 'serve', phases: { boot: '2026-07-01T00:00:00Z' } });
    expect(instance.status()).toBe('ready');
    await instance.report({ ...idleFor(4000), load: 3 } as Partial<InstanceReportState>);
    expect(instance.state().proposal).toBeDefined();
  });
});

test('its VM boots again by itself: the same period, its soft stop as before, the newest boot counts', async () => {
  const instance = await readyInstance();
  const { startedAt, stopsAt } = instance.summary();
  for (let seq = 1; seq < 40; seq++) await instance.report({}, UID, { seq });
  for (const boot of ['two', 'three', 'four', 'five']) {
    await instance.sweep(1);
    await instance.report({ phase: 'boot' }, UID, { boot: `boot-000-${boot}`, seq: 1 });
    expect([boot, instance.status()]).toEqual([boot, 'starting']);
    for (let seq = 2; seq < 12; seq++) await instance.report({}, UID, { boot: `boot-000-${boot}`, seq });
    expect([boot, instance.status()]).toEqual([boot, 'ready']);
  }
  await instance.sweep(2);
  expect(instance.state()).toMatchObject({ started: 1, current: 1, stopped: 0 });
  expect(instance.summary()).toMatchObject({ startedAt, stopsAt });
  expect(Object.keys(currentPeriod(instance.state().vms[1] ?? fail()).reports ?? {}).length).toBeLessThanOrEqual(5);
});

const fail = (): never => {
  throw new Error('no VM');
};

test.each([
  ['ahead', 3600],
  ['behind', -3600],
])('its VM’s clock is an hour %s: signals, soft stop and stop are those of a right one', async (_what, seconds) => {
  const instance = instanceDeployment();
  await instance.start(1);
  const sentAt = (): string => new Date(instance.google.nowMs + seconds * 1000).toISOString();
  const report = (said: Partial<InstanceReportState>): Promise<void> =>
    instance.report({ phases: { serve: sentAt() }, ...said }, UID, { sentAt: sentAt() });
  await report(idleFor(3000));
  expect([instance.status(), instance.state().proposal]).toEqual(['ready', undefined]);
  await instance.sweep(10);
  await report(idleFor(3599));
  expect(instance.state().proposal).toBeUndefined();
  await report(idleFor(3601));
  expect(instance.state().proposal).toMatchObject({ verdict: { seconds: 3601 } });
  const { stopIn, proposal } = instance.control();
  expect(Math.abs(Number(stopIn) - (86_400 - 600))).toBeLessThan(60);
  await report({ ...idleFor(3700), answer: { proposal: Number(proposal), says: 'going' } });
  Object.assign(instance.vm() ?? fail(), { status: 'TERMINATED' });
  await instance.sweep(2);
  expectStopped(instance);
  expect(instance.summary().reason).toBe('idle');
});

test('a local SSD may be lost at each stop, at the limit of its life, too', async () => {
  const instance = instanceDeployment();
  const { compute } = instance.google.context;
  const lost: unknown[] = [];
  instance.google.context.compute = {
    ...compute,
    stop: (zone, name, options) => (lost.push(options.discardLocalSsd), compute.stop(zone, name, options)),
  };
  await instance.start(1, { spec: aSpec({ machine: { provisioning: 'standard', machineType: 'z3-highmem-8' } }) });
  expect(instance.vm()?.body.scheduling.onInstanceStopAction).toEqual({ discardLocalSsd: true });
  await instance.report({ phase: 'serve' });
  await instance.stop(1);
  await instance.sweep(2);
  expectStopped(instance);
  expect(lost).toEqual([true]);
  expect(instance.document()?.summary).toMatchObject({ machine: 'z3-highmem-8' });
});
