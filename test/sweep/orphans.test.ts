// VMs and disks that no live document has taken: when they go, and when they stay.
import { aCommit, RUN } from '../fakes/builders';
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
    ['with an attempt that is not a number', { ...UNKNOWN, 'mymlops-attempt': 'x' }],
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
    let seenMs = 0;
    google.calls.after = (name) => {
      if (name === 'orphanCandidates.mark') seenMs = google.nowMs;
    };
    addVm(deployment, 'stray', UNKNOWN);
    await deployment.sweep();
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

  test('the mark of what its document explains by now is dropped', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    addVm(deployment, `mymlops-${RUN}-1`, { ...UNKNOWN, 'mymlops-run': RUN });
    await deployment.sweep();
    expect(google.orphanCandidates.size).toBe(1);
    google.vms.clear();
    google.orphanCandidates.clear();
    await deployment.publish(aCommit());
    await deployment.finish(1);
    addVm(deployment, `mymlops-${RUN}-1`, { ...UNKNOWN, 'mymlops-run': RUN });
    const mark = { v: 1 as const, resource: 'vm' as const, name: 'x', zone: 'local-a', id: '77' };
    google.orphanCandidates.set('vm-77', { ...mark, firstSeenAt: new Date(google.nowMs).toISOString() });
    google.context.bus.ask = () => Promise.resolve();
    await deployment.sweep();
    expect(google.sweeps.at(-1)).toMatchObject({ orphans: [], reaped: [`local-a/mymlops-${RUN}-1`] });
    expect(google.orphanCandidates.size).toBe(0);
  });

  test('both of two that belong to the same unknown run are marked', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'one', UNKNOWN);
    addVm(deployment, 'two', UNKNOWN, '78');
    addDisk(deployment, 'three', UNKNOWN);
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.orphans.toSorted()).toEqual([
      'local-a/one',
      'local-a/three',
      'local-a/two',
    ]);
    expect([...deployment.google.orphanCandidates.keys()].toSorted()).toEqual(['disk-78', 'vm-77', 'vm-78']);
  });

  test('the mark of what is no longer shown is dropped, and its time begins anew', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    for (let sweeps = 0; sweeps < 5; sweeps++) await deployment.sweep();
    deployment.google.vms.clear();
    await deployment.sweep();
    expect(deployment.google.orphanCandidates.size).toBe(0);
  });

  test('a zone that is not listed keeps the marks of what it hides', async () => {
    const deployment = fakeDeployment();
    addVm(deployment, 'stray', UNKNOWN);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    deployment.google.faults.unlisted = new Set(['local-a']);
    await expect(deployment.sweep()).rejects.toThrow('not listed');
    expect([...deployment.google.orphanCandidates.keys()]).toEqual(['vm-77']);
  });
});
