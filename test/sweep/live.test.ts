// What the list tells of a live document's VMs: another zone, another VM and a page that is missing prove nothing.
import { currentPeriod } from '@mymlops/protocol';
import { runKind } from '../../functions/src/engine/run/kind';
import type { CloudVm } from '../../functions/src/ports/compute-view';
import { groupByOwner } from '../../functions/src/sweep/inventory';
import { sweepDocument } from '../../functions/src/sweep/live';
import { emptyReport } from '../../functions/src/sweep/report';
import { aRun, makeVm } from '../effects/task';
import { BUCKETS } from '../fakes/buckets';
import { anAttempt, aVm, RUN } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';

const SETTLED = '2026-11-21T10:00:10.000Z';
const vm = aVm({ id: '42', start: { settledAt: SETTLED }, period: { timeLimitVerifiedAt: SETTLED } });

/** A run whose VM is on, by its document. */
async function setUp(state = aRun({ 1: anAttempt(vm) })): Promise<FakeGoogle> {
  const google = fakeGoogle();
  google.nowMs = Date.parse('2026-11-21T10:01:00.000Z');
  await makeVm(google);
  google.documents.set(RUN, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
  return google;
}

/** Sweeps the run with a list that shows what Compute Engine has, changed by `change`. */
async function sweep(google: FakeGoogle, change: (list: { vms: CloudVm[] }) => void = () => {}) {
  const { context } = google;
  const list = await context.compute.list();
  change(list);
  const inventory = groupByOwner(list, context.kinds);
  const report = emptyReport(context.now());
  const stored = await context.documents(runKind.documents).load(RUN);
  if (!stored) throw new Error('no run');
  await sweepDocument(runKind, stored, inventory.take(runKind, RUN), new Map(), {
    context,
    report,
    sinceList: 1,
    isThorough: false,
    inventory,
  });
  const found = google.documents.get(RUN)?.state.attempts[1]?.vm;
  return { down: found && currentPeriod(found).down, report, requested: google.queue };
}

const AT = '2026-11-21T10:01:00.000Z';

test('a VM that is on changes nothing, and nothing is written', async () => {
  const google = await setUp();
  expect(await sweep(google)).toMatchObject({ down: undefined, requested: [] });
  expect(google.documents.get(RUN)?.version).toBe(1);
});

test.each(['PROVISIONING', 'STAGING', 'RUNNING', 'STOPPING', 'SUSPENDING', 'REPAIRING', 'A_NEW_ONE'])(
  'a VM that is %s counts as on',
  async (status) => {
    const google = await setUp();
    for (const found of google.vms.values()) found.status = status;
    expect((await sweep(google)).down).toBeUndefined();
  },
);

test.each(['STOPPED', 'TERMINATED', 'SUSPENDED'])(
  'a VM that is %s is down, and the run is advanced',
  async (status) => {
    const google = await setUp();
    for (const found of google.vms.values()) found.status = status;
    const { down, requested } = await sweep(google);
    expect(down).toEqual({ at: AT, how: 'stopped' });
    expect(requested).toEqual([{ v: 1, type: 'advance', kind: 'run', id: RUN, repeats: true }]);
  },
);

test('its namesake in another zone says nothing of it: neither that it is on, nor that it is down', async () => {
  const google = await setUp();
  const elsewhere = (status: string) => (list: { vms: CloudVm[] }) => {
    list.vms = list.vms.map((found) => ({ ...found, zone: 'local-b', status }));
  };
  expect((await sweep(google, elsewhere('TERMINATED'))).down).toBeUndefined();
  google.vms.clear();
  const gone = await setUp();
  gone.vms.clear();
  const [found] = (await (await setUp()).context.compute.list()).vms;
  const copy = { ...found, id: '43', zone: 'local-b' } as CloudVm;
  expect((await sweep(gone, (list) => list.vms.push(copy))).down).toEqual({ at: AT, how: 'gone' });
});

test('a VM that the list misses is gone only when a GET says so', async () => {
  const google = await setUp();
  const missing = (list: { vms: CloudVm[] }): void => void (list.vms = []);
  expect((await sweep(google, missing)).down).toBeUndefined();
  google.vms.clear();
  expect((await sweep(google, missing)).down).toEqual({ at: AT, how: 'gone' });
});

test('a VM that is shown as stopped is down, whatever else its zone does not show', async () => {
  const google = await setUp();
  const stopped = ({ vms, ...list }: { vms: CloudVm[]; gaps?: object[] }): void => {
    for (const found of vms) found.status = 'TERMINATED';
    list.gaps?.push({ zone: 'local-a', cause: 'a page is missing' });
  };
  expect((await sweep(google, stopped)).down).toEqual({ at: AT, how: 'stopped' });
});

test('nor is it looked for while its zone is not listed in full', async () => {
  const google = await setUp();
  google.vms.clear();
  google.faults.unlisted = new Set(['local-a']);
  google.calls.before = (name) => {
    if (name === 'compute.get') throw new Error('looked for');
  };
  expect(await sweep(google)).toMatchObject({ down: undefined, report: { failures: [] } });
});

test('a GET that fails does not prove absence: the failure is noted, and the run goes on', async () => {
  const google = await setUp();
  google.vms.clear();
  google.calls.before = (name) => {
    if (name === 'compute.get') throw new Error('403');
  };
  const { down, report } = await sweep(google);
  expect(down).toBeUndefined();
  expect(report.failures).toEqual([`${RUN}, VM 1: 403`]);
});

test('a VM with another id and without its labels has only got its name', async () => {
  const google = await setUp();
  for (const found of google.vms.values())
    Object.assign(found, { id: '43', labels: { 'mymlops-deployment': 'mymlops' } });
  expect((await sweep(google)).down).toEqual({ at: AT, how: 'gone' });
});

test('its zone says why it went down; if the zone does not answer, it counts as down nevertheless', async () => {
  const google = await setUp();
  for (const found of google.vms.values()) found.status = 'TERMINATED';
  google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T10:00:40.000Z' }];
  expect((await sweep(google)).down).toEqual({ at: AT, how: 'stopped', cause: 'preempted' });
  const silent = await setUp();
  for (const found of silent.vms.values()) found.status = 'TERMINATED';
  silent.calls.before = (name) => {
    if (name === 'compute.operationsOn') throw new Error('503');
  };
  const { down, report } = await sweep(silent);
  expect(down).toEqual({ at: AT, how: 'stopped' });
  expect(report.failures).toEqual([`cause of the end of ${vm.name}: 503`]);
});

test('an insert that is not settled yet is nobody to be missed', async () => {
  const google = await setUp(aRun({ 1: anAttempt(aVm({ start: { operation: 'insert-1' } })) }));
  google.vms.clear();
  expect((await sweep(google)).down).toBeUndefined();
});
