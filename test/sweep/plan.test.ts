// A plan is a sweep that changes nothing and asks nothing, read as findings.
import type { SweepPlan } from '@mymlops/protocol';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aRef, aCommit, aMessage, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

async function planOf({ google }: ReturnType<typeof fakeDeployment>) {
  const at = new Date(google.nowMs).toISOString();
  await handleSweep(aMessage({ v: 1, type: 'plan', id: 'p' }, at), google.context);
  const plan = google.answers.get('p');
  if (!plan) throw new Error('no plan');
  return plan as SweepPlan;
}

test('clean while a run is under way', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  await deployment.sweep();
  const { findings, proof } = await planOf(deployment);
  expect(findings).toEqual([]);
  expect(proof[0]).toBe('1 VM and 1 disk, all of them needed');
});

test.each([
  [15, []],
  [16, [RUN]],
])('a run with something to do that has not changed for %d minutes: stuck are %j', async (minutes, stuck) => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  const changed = Date.parse(google.documents.get(RUN)?.updatedAt ?? '');
  for (const vm of google.vms.values()) vm.status = 'TERMINATED';
  google.nowMs = changed + minutes * 60_000;
  const { findings, advanced } = await planOf(deployment);
  expect(advanced).toEqual([aRef()]);
  const found = findings.filter(({ problem }) => problem.includes('has not changed'));
  expect(found.map(({ subject }) => subject)).toEqual(stuck.map((run) => `run ${run}`));
  const since = `since ${new Date(changed).toISOString()}`;
  for (const { problem } of found) expect(problem).toContain(since);
});

test('a document of which nobody knows when it changed is not told as stuck', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  const kept = google.documents.get(RUN);
  if (!kept) throw new Error('no run');
  google.documents.set(RUN, { ...kept, updatedAt: undefined });
  google.vms.clear();
  google.nowMs += 60 * 60_000;
  const { advanced, findings } = await planOf(deployment);
  expect(advanced).toEqual([aRef()]);
  expect(findings.filter(({ problem }) => problem.includes('has not changed'))).toEqual([]);
});

test.each([
  [24, 1],
  [25, 0],
])('a dead letter of %d hours ago: findings %d', async (hours, expected) => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.sweep();
  const at = new Date(google.nowMs - hours * 3600_000).toISOString();
  const letter = { v: 1, topic: 'requests', publishedAt: at, at, outcome: 'shown', cause: 'why', text: '' } as const;
  google.deadLetters.set('1', letter);
  expect((await planOf(deployment)).findings).toHaveLength(expected);
});

test('a run that had something to do while this computer slept is not told as stuck', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  for (const vm of google.vms.values()) vm.status = 'TERMINATED';
  google.nowMs += 300 * 60_000;
  google.context.awakeMs = () => 60_000;
  expect((await planOf(deployment)).findings).toEqual([]);
});

test('a cancelled run whose zone cannot be asked any more: its VM is named, with what to do', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  google.vms.clear();
  google.context.settings = { ...google.context.settings, project: 'my-project' };
  google.context.compute.get = () => Promise.reject(new Error('403 Location local-a is not found'));
  const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
  await deployment.publish(cancel).catch(() => {});
  for (let minute = 0; minute < 20; minute++) await deployment.sweep().catch(() => {});
  const { findings } = await planOf(deployment);
  const [left, look] = findings;
  expect(left?.subject).toBe(`run ${RUN}`);
  expect(left?.problem).toMatch(
    new RegExp(`^has ended, but VM mymlops-${RUN}-1 in local-a has not been confirmed deleted since 2026-`),
  );
  expect(left?.remedy).toContain(`If the VM or the disk mymlops-${RUN}-1 still exists, delete it in the console`);
  expect(look?.problem).toContain('403 Location local-a is not found');
  expect(findings.filter(({ remedy }) => remedy.includes('mymlops-client cancel'))).toEqual([]);
});

test('a VM whose label a user took off kept its run from ever being clean: the run is, and its disk is named', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  const [[key, vm] = []] = [...google.vms];
  if (!key || !vm) throw new Error('no VM');
  vm.labels = {};
  const { list } = google.context.compute;
  google.context.compute.list = async () => {
    const all = await list();
    return { ...all, vms: all.vms.filter(({ labels }) => labels['mymlops-deployment']) };
  };
  await deployment.publish({ v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' });
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: false });
  expect([...google.vms.keys(), ...google.disks.keys()]).toEqual([key, key]);
  const { findings } = await planOf(deployment);
  expect(findings.map(({ subject }) => subject)).toEqual([key]);
  expect(findings[0]?.problem).toContain('The VM that uses it lacks the label');
  // Once the user has deleted the VM, the disk is nobody's.
  google.vms.clear();
  for (let sweeps = 0; sweeps < 5; sweeps++) await deployment.sweep();
  expect([...google.disks.keys()]).toEqual([]);
});

test('whatever it finds, it writes and asks nothing but the plan', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  google.nowMs += 20 * 60_000;
  for (const vm of google.vms.values()) vm.status = 'TERMINATED';
  const labels = { 'mymlops-deployment': 'mymlops' };
  google.disks.set('local-a/left', { id: '1', name: 'left', zone: 'local-a', labels, inUse: false });
  google.pools.set('profile-x', { pool: { v: 1, max: 1, holders: [aRef('gone')], queue: [] }, version: 1 });
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  const { findings, advanced } = await planOf(deployment);
  expect(advanced).toEqual([aRef()]);
  expect(findings.map(({ subject }) => subject)).toEqual(['local-a/left', `run ${RUN}`, 'run gone', 'the sweep']);
  const changing = /update|create|write|mark|drop|remove$|ask|send|pull|acknowledge/;
  expect(calls.filter((name) => changing.test(name))).toEqual(['sweeps.writeAnswer']);
});
