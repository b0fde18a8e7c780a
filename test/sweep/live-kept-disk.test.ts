// What the list tells of a VM whose disk is kept: it may be started again, by us or by hand, and a list may be older than that.
import { KINDS } from '../../functions/src/control/kinds';
import { currentPeriod } from '@mymlops/protocol';
import type { CloudVm } from '../../functions/src/ports/compute-view';
import { groupByOwner } from '../../functions/src/sweep/inventory';
import { sweepDocument } from '../../functions/src/sweep/live';
import { emptyReport } from '../../functions/src/sweep/report';
import { at, aVm, msAt } from '../fakes/builders';
import { fakeGoogle } from '../fakes/google';
import { toyKind, type ToyState } from '../fakes/toy-kind';

const ID = 'doll';
const NAME = 'mymlops-doll-1';
const on = { settledAt: at(10), startedAt: at(10) };
const toyVm = (fields: Parameters<typeof aVm>[0] = {}) =>
  aVm({
    ...{ name: NAME, id: '42', terminationAction: 'STOP', keepsDisk: true },
    ...{ start: on, period: { timeLimitVerifiedAt: at(20) } },
    ...fields,
  });

/** Sweeps a toy with this VM at ten past ten, after a list with these VMs; by GET its VM is as `status` says. */
async function sweep(vm: ReturnType<typeof toyVm>, listed: Partial<CloudVm>[], status = 'RUNNING') {
  const google = fakeGoogle([...KINDS, toyKind]);
  google.nowMs = msAt(600);
  const state: ToyState = { v: 1, started: 1, stopped: 0, replaced: 0, vms: { 1: vm } };
  google.collection<ToyState>('toys').set(ID, { state, summary: { live: true }, version: 1 });
  const labels = { 'mymlops-deployment': 'mymlops', ...toyKind.targetOf(ID, 1, vm).labels };
  const asFound: CloudVm = { id: '42', name: NAME, zone: vm.zone, status, labels };
  google.vms.set(`${vm.zone}/${NAME}`, { ...asFound, metadata: {}, body: undefined as never });
  const vms = listed.map((fields) => ({ ...asFound, status: 'RUNNING', ...fields }));
  const inventory = groupByOwner({ vms, disks: [], gaps: [] }, [toyKind]);
  const { context } = google;
  const loads: string[] = [];
  google.calls.before = (name) => void (name.endsWith('.load') && loads.push(name));
  const stored = { id: ID, state, version: '1' };
  const parts = { context, report: emptyReport(google.nowMs), sinceList: 1, isThorough: false, inventory };
  await sweepDocument(toyKind, stored, inventory.take(toyKind, ID), new Map(), parts);
  const after = google.collection<ToyState>('toys').get(ID)?.state.vms[1];
  if (!after) throw new Error('no VM');
  return { vm: after, periods: Object.keys(after.periods).length, loads };
}

test('a start that no start of ours explains is another period', async () => {
  const { vm, periods } = await sweep(toyVm(), [{ lastStartAt: at(300) }]);
  expect(periods).toBe(2);
  expect(currentPeriod(vm).start).toMatchObject({ at: at(300), actor: 'console' });
});

test.each<[string, Partial<CloudVm>[]]>([
  ['the start that is known', [{ lastStartAt: at(10) }]],
  ['no time', [{}]],
])('a list with %s changes nothing: the toy is not even read again', async (_what, listed) => {
  expect(await sweep(toyVm(), listed)).toMatchObject({ periods: 1, loads: [] });
});

test.each<[string, Partial<CloudVm>]>([
  ['in another zone', { zone: 'local-b' }],
  ['of another name', { name: 'mymlops-doll-2' }],
])('the start of a VM %s is not its own', async (_what, fields) => {
  const { periods } = await sweep(toyVm(), [{ ...fields, id: '43', lastStartAt: at(300) }, { lastStartAt: at(10) }]);
  expect(periods).toBe(1);
});

test('a VM that goes with its disk is not started by hand: Compute Engine itself has started it again', async () => {
  const { periods } = await sweep(toyVm({ terminationAction: 'DELETE' }), [{ lastStartAt: at(300) }]);
  expect(periods).toBe(1);
});

test('nor is one that was proven gone, and is shown again', async () => {
  expect(await sweep(toyVm({ goneAt: at(200) }), [{ lastStartAt: at(300) }])).toMatchObject({ periods: 1 });
});

test('a list that shows it off may be older than its start: what a GET says counts', async () => {
  const { vm } = await sweep(toyVm(), [{ status: 'TERMINATED' }], 'RUNNING');
  expect(currentPeriod(vm).down).toBeUndefined();
  const off = await sweep(toyVm(), [{ status: 'TERMINATED' }], 'TERMINATED');
  expect(currentPeriod(off.vm).down).toEqual({ at: at(600), how: 'stopped' });
});
