// VMs and disks of instances that belong to no document: the disk holds the user's work and stays.
import { INSTANCES, type InstanceState } from '@mymlops/protocol';
import { instanceDeployment, readyInstance } from './instances';

const GRACE_SWEEPS = 12;

test('a VM whose document is gone is switched off after the grace period, and never deleted', async () => {
  const instance = await readyInstance();
  instance.google.collection<InstanceState>(INSTANCES).clear();
  await instance.sweep(3);
  expect(instance.vm()?.status).toBe('RUNNING');
  await instance.sweep(GRACE_SWEEPS);
  expect(instance.vm()?.status).toBe('TERMINATED');
  await instance.sweep(100);
  expect([instance.google.vms.size, instance.google.disks.size]).toEqual([1, 1]);
  expect([...instance.google.orphanCandidates.values()]).toHaveLength(1);
  // Sweeps show it, and make no report of it that is kept.
  const later = instance.google.sweeps.slice(-90);
  expect(later.findLast(({ kept }) => kept)?.kept).toEqual([expect.stringMatching(/\/mymlops-cpu1-abc123-1$/)]);
  expect(later.flatMap(({ orphans, reaped }) => [...orphans, ...reaped])).toEqual([]);
});

test('a disk whose VM and document are gone stays', async () => {
  const instance = await readyInstance();
  instance.google.collection<InstanceState>(INSTANCES).clear();
  instance.google.vms.clear();
  await instance.sweep(100);
  expect(instance.google.disks.size).toBe(1);
});

test('the VM of another instance of that name, of which nothing says that it was deleted, is not deleted', async () => {
  const instance = await readyInstance();
  const stored = instance.google.collection<InstanceState>(INSTANCES);
  stored.clear();
  await instance.start(1, { uid: 'def456' });
  await instance.sweep(GRACE_SWEEPS + 5);
  expect([...instance.google.disks.values()].map(({ name }) => name)).toEqual([
    'mymlops-cpu1-abc123-1',
    'mymlops-cpu1-def456-1',
  ]);
});

test('what its user deleted, and is there again, is deleted again', async () => {
  const instance = await readyInstance();
  const [vm] = instance.google.vms.entries();
  const [disk] = instance.google.disks.entries();
  if (!vm || !disk) throw new Error('no VM');
  await instance.remove();
  await instance.sweep(3);
  await instance.start(1, { uid: 'def456' });
  instance.google.vms.set(...vm);
  instance.google.disks.set(...disk);
  await instance.sweep(6);
  expect([...instance.google.disks.values()].map(({ name }) => name)).toEqual(['mymlops-cpu1-def456-1']);
});

test('the disk of a VM that somebody deleted in the console stays, for months', async () => {
  const instance = instanceDeployment();
  await instance.start(1);
  await instance.report({ phase: 'serve' });
  instance.google.vms.clear();
  await instance.sweep(3);
  expect(instance.summary()).toMatchObject({ status: 'stopped', reason: 'gone' });
  await instance.sweep(100);
  expect(instance.google.disks.size).toBe(1);
});

test('the documents of stopped instances are read once in half an hour each, however many there are', async () => {
  const instance = await readyInstance();
  const { google } = instance;
  const documents = google.collection<InstanceState>(INSTANCES);
  await instance.stop(1);
  await instance.sweep(2);
  const [[key, vm] = [], document] = [google.vms.entries().next().value, instance.document()];
  if (!key || !vm || !document) throw new Error('no VM');
  const renamed = <T>(value: T, name: string): T => JSON.parse(JSON.stringify(value).replaceAll('cpu1', name)) as T;
  for (let number = 0; number < 60; number++) {
    documents.set(`other${number}`, renamed(document, `other${number}`));
    google.vms.set(renamed(key, `other${number}`), { ...renamed(vm, `other${number}`), body: vm.body });
  }
  // With one that is on, each sweep lists the cloud.
  await instance.start(2);
  await instance.report({ phase: 'serve' });
  let loads = 0;
  google.calls.before = (name) => void (name === 'instances.load' && loads++);
  await instance.sweep(30);
  expect(loads).toBeGreaterThanOrEqual(60);
  expect(loads).toBeLessThan(120);
  expect(google.vms.size).toBe(61);
});
