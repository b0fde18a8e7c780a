// The sweep: orphans, slots that nobody gives back, and how little is done when there is little to do.
import { handleRequest } from '../../functions/src/handlers/request';
import { aCommit, aMessage, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

type Deployment = ReturnType<typeof fakeDeployment>;
type Labels = Record<string, string>;

const OURS = { 'mymlops-deployment': 'mymlops' };
const UNKNOWN = { ...OURS, 'mymlops-run': '20260101-000000-zzzz', 'mymlops-attempt': '1' };

function addVm({ google }: Deployment, name: string, labels: Labels, id = '77'): void {
  const fields = { zone: 'local-a', status: 'RUNNING', labels, metadata: {}, body: undefined as never };
  google.vms.set(`local-a/${name}`, { name, id, ...fields });
}

function addDisk({ google }: Deployment, name: string, labels: Labels): void {
  google.disks.set(`local-a/${name}`, { id: '78', name, zone: 'local-a', labels, inUse: false });
}

async function sweepsUntilGone(deployment: Deployment): Promise<number> {
  const { vms, disks } = deployment.google;
  let sweeps = 0;
  for (; vms.size + disks.size > 0 && sweeps < 30; sweeps++) await deployment.sweep();
  return sweeps;
}

describe('orphans', () => {
  test.each<[string, Labels]>([
    ['of a run that does not exist', UNKNOWN],
    ['without a run', OURS],
    ['with an attempt that is no number', { ...UNKNOWN, 'mymlops-attempt': 'x' }],
  ])('a VM %s is gone after 10 minutes and before 15', async (_what, labels) => {
    const deployment = fakeDeployment();
    await deployment.sweep();
    addVm(deployment, 'stray', labels);
    const sweeps = await sweepsUntilGone(deployment);
    expect(sweeps).toBeGreaterThanOrEqual(10);
    expect(sweeps).toBeLessThanOrEqual(15);
    await deployment.sweep();
    expect([...deployment.google.orphanCandidates.keys()]).toEqual([]);
  });

  test.each(['mymlops-gpu-1', 'mymlops-20261121-100000-zzzz-1', 'mymlops-20261121-100000-zzzz-0'])(
    'so is one that is called %s',
    async (name) => {
      const deployment = fakeDeployment();
      addVm(deployment, name, { ...OURS, 'mymlops-run': 'x', 'mymlops-attempt': '1' });
      expect(await sweepsUntilGone(deployment)).toBeLessThanOrEqual(15);
    },
  );

  test('a sweep that was frozen before it listed gave a VM less than its ten minutes', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.calls.before = (name) => {
      if (name === 'compute.list' && google.orphanCandidates.size === 0) google.nowMs += 6 * 60_000;
    };
    addVm(deployment, 'stray', UNKNOWN);
    await deployment.sweep();
    const seenMs = google.nowMs;
    const [mark] = [...google.orphanCandidates.values()];
    expect(Date.parse(mark?.firstSeenAt ?? '')).toBe(seenMs);
  });

  test('a disk without a VM goes; one that is in use stays', async () => {
    const deployment = fakeDeployment();
    addDisk(deployment, 'left', UNKNOWN);
    expect(await sweepsUntilGone(deployment)).toBeLessThanOrEqual(15);
    addVm(deployment, 'other', {});
    addDisk(deployment, 'other', UNKNOWN);
    await sweepsUntilGone(deployment);
    expect([...deployment.google.disks.keys()]).toEqual(['local-a/other']);
  });

  test.each<[string, Labels]>([
    ['of the Python tool', { mymlops: 'commit' }],
    ['of the Python tool, interactive', { mymlops: 'start' }],
    ['of another deployment', { ...UNKNOWN, 'mymlops-deployment': 'other' }],
    ['without labels', {}],
  ])('a VM %s is never touched, whatever the list shows and whoever asks', async (_what, labels) => {
    const deployment = fakeDeployment();
    addVm(deployment, 'foreign', labels);
    addDisk(deployment, 'foreign', labels);
    const reap = { v: 1, type: 'reap', zone: 'local-a', name: 'foreign' };
    for (const [resource, id] of Object.entries({ vm: '77', disk: '78' })) {
      await deployment.publish({ ...reap, resource, id });
    }
    for (let sweeps = 0; sweeps < 20; sweeps++) await deployment.sweep();
    expect(deployment.google.vms.size + deployment.google.disks.size).toBe(2);
  });

  describe('a copy of a VM that is wanted goes with the next sweep, the VM stays', () => {
    const names = ({ google }: Deployment): string[] => [...google.vms.keys(), ...google.disks.keys()].toSorted();
    const first = ({ google }: Deployment) => {
      const [vm] = google.vms.values();
      if (!vm) throw new Error('no VM');
      return vm;
    };

    test('under another name, while its run runs', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      const wanted = names(deployment);
      const { labels } = first(deployment);
      addVm(deployment, 'copy', labels);
      addDisk(deployment, 'copy', labels);
      await deployment.report(1, { phase: 'execute' });
      await deployment.sweep();
      expect(names(deployment)).toEqual(wanted);
      expect(deployment.google.orphanCandidates.size).toBe(0);
    });

    test('under its own name in another zone', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      const wanted = names(deployment);
      const vm = first(deployment);
      deployment.google.vms.set(`local-b/${vm.name}`, { ...vm, zone: 'local-b', id: '77' });
      await deployment.sweep();
      expect(names(deployment)).toEqual(wanted);
    });

    test('while the VM is kept after the end', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit({ keepSeconds: 3600 }));
      await deployment.finish(1);
      const wanted = names(deployment);
      expect(wanted).toHaveLength(2);
      addVm(deployment, 'copy', first(deployment).labels);
      await deployment.sweep();
      await deployment.sweep();
      expect(names(deployment)).toEqual(wanted);
    });

    test('of an attempt that was given up, while the next one is made', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      const { labels } = first(deployment);
      deployment.google.vms.clear();
      await deployment.sweep();
      const wanted = names(deployment);
      expect(first(deployment).labels).not.toEqual(labels);
      addVm(deployment, 'copy', labels);
      await deployment.sweep();
      expect(names(deployment)).toEqual(wanted);
    });
  });

  test('the word of a message is not enough: without an old mark nothing is deleted', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    const reap = { v: 1, type: 'reap', resource: 'vm', zone: 'local-a', name: 'stray', id: '77' };
    await deployment.publish(reap);
    await deployment.sweep();
    await deployment.publish(reap);
    expect(deployment.google.vms.size).toBe(1);
  });

  test('a namesake that came since is not meant', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    addVm(deployment, 'stray', UNKNOWN, '99');
    deployment.google.nowMs += 600_000;
    await deployment.publish({ v: 1, type: 'reap', resource: 'vm', zone: 'local-a', name: 'stray', id: '77' });
    expect(deployment.google.vms.size).toBe(1);
  });

  test('the mark of what is no longer shown is dropped, and its time begins anew', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    for (let sweeps = 0; sweeps < 5; sweeps++) await deployment.sweep();
    deployment.google.vms.clear();
    await deployment.sweep();
    expect(deployment.google.orphanCandidates.size).toBe(0);
  });
});

describe('a zone that is not listed', () => {
  test('threw the whole list away: what other zones show is used, and what it hides is not gone', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    const other = '20261121-100001-efgh';
    await deployment.publish(aCommit({ run: other }));
    await deployment.report(1, { phase: 'execute' });
    const [zone, otherZone] = [deployment.state(), deployment.state(other)].map((it) => it.attempts[1]?.vm.zone);
    expect(zone).not.toBe(otherZone);
    google.faults.unlisted = new Set([zone ?? '']);
    for (const vm of google.vms.values()) if (vm.zone === otherZone) vm.status = 'TERMINATED';
    const asked: string[] = [];
    const { get } = google.context.compute;
    google.context.compute.get = (where, name) => (asked.push(where), get(where, name));
    await expect(deployment.sweep()).rejects.toThrow(`list: zones/${zone} was not listed: UNREACHABLE`);
    expect(deployment.summary(other)).toMatchObject({ status: 'recovering', attempt: 2 });
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    expect(deployment.state().attempts[1]?.vm.periods[1]?.down).toBeUndefined();
    expect(google.sweeps.at(-1)).toMatchObject({ isListed: true });
    google.faults.unlisted = undefined;
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
  });

  test('keeps the marks of what it hides', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    deployment.google.faults.unlisted = new Set(['local-a']);
    await expect(deployment.sweep()).rejects.toThrow('not listed');
    expect([...deployment.google.orphanCandidates.keys()]).toEqual(['vm-77']);
  });
});

describe('slots', () => {
  const fill = ({ google }: Deployment, holders: string[], queue: string[] = []): void =>
    void google.pools.set('deployment', { pool: { v: 1, max: 1, holders, queue }, version: 1 });

  test('those of a run that does not exist are freed, and the next one gets in', async () => {
    const deployment = fakeDeployment();
    deployment.google.context.settings.maxParallel = 1;
    fill(deployment, ['20260101-000000-zzzz'], ['20260101-000000-yyyy']);
    await deployment.publish(aCommit());
    expect(deployment.google.vms.size).toBe(0);
    await deployment.sweep();
    expect(deployment.google.vms.size).toBe(1);
    expect(deployment.google.pools.get('deployment')?.pool).toMatchObject({ holders: [RUN], queue: [] });
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.freed).toEqual([]);
  });

  test('those of a live run are not, whoever asks', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.publish({ v: 1, type: 'free-slot', kind: 'run', id: RUN });
    expect(deployment.google.pools.get('deployment')?.pool.holders).toEqual([RUN]);
  });

  test('a run that waits and is not next is not asked for', async () => {
    const deployment = fakeDeployment();
    deployment.google.context.settings.maxParallel = 1;
    await deployment.publish(aCommit());
    await deployment.publish(aCommit({ run: '20261121-100001-wait' }));
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.advanced).toEqual([]);
  });
});

test('with nothing live the cloud is listed every fifth time, and only what happened is kept with its date', async () => {
  const deployment = fakeDeployment();
  let lists = 0;
  deployment.google.calls.before = (name) => void (name === 'compute.list' && lists++);
  for (let sweeps = 0; sweeps < 11; sweeps++) await deployment.sweep();
  expect(lists).toBe(3);
  expect(deployment.google.keptSweeps).toEqual([]);
  await deployment.publish(aCommit());
  await deployment.sweep();
  expect(lists).toBe(4);
});

test('a preempted VM without a word: the operations of its zone say why', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  deployment.google.vms.clear();
  deployment.google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T10:01:00.000Z' }];
  await deployment.sweep();
  expect(deployment.state().attempts[1]).toMatchObject({
    vm: { periods: { 1: { down: { cause: 'preempted' } } } },
    givenUp: { reason: 'preempted' },
  });
});

test('reads are in proportion to what is live', async () => {
  const deployment = fakeDeployment();
  for (let index = 0; index < 5; index++) await deployment.publish(aCommit({ run: `20261121-10000${index}-abcd` }));
  const calls = new Map<string, number>();
  deployment.google.calls.before = (name) => void calls.set(name, (calls.get(name) ?? 0) + 1);
  await deployment.sweep();
  expect(calls.get('runs.load')).toBeUndefined();
  expect([calls.get('compute.list'), calls.get('runs.live'), calls.get('slots.all')]).toEqual([1, 1, 1]);
});

test('an ended run past its retention is removed, others are kept', async () => {
  const deployment = fakeDeployment();
  const retentionSeconds = { failed: 3600 };
  await deployment.publish(aCommit({ retentionSeconds }));
  deployment.google.faults.insertFails = { code: 'QUOTA_EXCEEDED', message: 'CPUS' };
  const failing = '20261121-100009-fail';
  await deployment.publish(aCommit({ run: failing, retentionSeconds }));
  await deployment.finish(1);
  await deployment.sweep();
  expect(deployment.summary(failing)).toMatchObject({ status: 'failed', live: false });
  deployment.google.nowMs += 3_600_000;
  await deployment.sweep();
  await handleRequest(aMessage({ v: 1, type: 'advance', kind: 'run', id: failing }), deployment.google.context);
  expect([...deployment.google.documents.keys()]).toEqual([RUN]);
});

test('what was to be reaped and could not be is looked for by the next sweep, although nothing lives', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  const before = new Map(google.vms);
  await deployment.finish(1);
  for (const [key, vm] of before) google.vms.set(key, vm);
  const { get } = google.context.compute;
  google.context.compute.get = () => Promise.reject(new Error('503'));
  while (google.sweeps.at(-1)?.reaped.length !== 1) await deployment.sweep();
  google.context.compute.get = get;
  await deployment.sweep();
  expect(google.sweeps.at(-1)).toMatchObject({ isListed: true, live: { run: 0 } });
  expect([...google.vms.keys()]).toEqual([]);
});
