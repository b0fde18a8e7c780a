// One sweep: how little it does when there is little to do, and that the failure of one part stops no other.
import { handleRequest } from '../../functions/src/handlers/request';
import { aRef, aCommit, aMessage, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { toyKind } from '../fakes/toy-kind';

test('a zone that is not listed threw the whole list away: what other zones show is used, and what it hides is not gone', async () => {
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
  expect(deployment.google.sweeps.at(-1)?.removed).toEqual([aRef(failing)]);
  expect(deployment.google.removed.get(failing)?.by).toBe('retention');
});

describe('a part that fails is named, and stops no other', () => {
  test.each([
    ['deadMessages.pull', 'dead letters'],
    ['compute.list', 'list'],
    ['bus.sendProbe', 'probe'],
    ['runs.expired', 'retention'],
  ])('%s', async (call, part) => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    google.calls.before = (name) => {
      if (name === call) throw new Error('503');
    };
    await expect(deployment.sweep()).rejects.toThrow(`sweep: ${part}: 503`);
    expect(google.sweeps.at(-1)).toMatchObject({ live: { run: 1 }, failures: [`${part}: 503`] });
    expect(google.sweeps.at(-1)?.isListed).toBe(call !== 'compute.list');
  });
});

test('a disk of ours in a VM of somebody else does not disturb the sweep', async () => {
  const deployment = fakeDeployment();
  const labels = { 'mymlops-deployment': 'mymlops' };
  const disk = { id: '78', name: 'taken', zone: 'local-a', labels, inUse: true };
  deployment.google.context.compute.list = () => Promise.resolve({ vms: [], disks: [disk], gaps: [] });
  await deployment.sweep();
  expect(deployment.google.sweeps.at(-1)).toMatchObject({ isListed: true, failures: [], orphans: [] });
});

test('a probe is sent while any kind has something live, and only then', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.context.kinds = [toyKind, ...google.context.kinds];
  let probes = 0;
  google.calls.before = (name) => void (name === 'bus.sendProbe' && probes++);
  await deployment.sweep();
  expect(probes).toBe(0);
  await deployment.publish(aCommit());
  await deployment.sweep();
  expect([probes, google.sweeps.at(-1)?.live]).toEqual([1, { image: 0, instance: 0, toy: 0, run: 1 }]);
});

test('a dead letter alone makes the sweep list the cloud: what its request left may be there', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.sweep();
  expect(google.sweeps.at(-1)?.isListed).toBe(true);
  await deployment.sweep();
  expect(google.sweeps.at(-1)?.isListed).toBe(false);
  google.dead.requests.push({ ackId: '1', id: '1', publishedAt: '2026-11-21T10:00:00.000Z', text: '', attributes: {} });
  await deployment.sweep();
  expect(google.sweeps.at(-1)?.isListed).toBe(true);
});
