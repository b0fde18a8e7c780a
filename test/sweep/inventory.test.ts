// What the list of the cloud shows, by owner: each thing once, and a gap does not mean absence.
import { runKind } from '../../functions/src/engine/run/kind';
import { KINDS } from '../../functions/src/control/kinds';
import type { CloudDisk, CloudVm } from '../../functions/src/ports/compute-view';
import { groupByOwner, takenOver } from '../../functions/src/sweep/inventory';
import { RUN } from '../fakes/builders';

const labels = { 'mymlops-deployment': 'mymlops', 'mymlops-run': RUN, 'mymlops-attempt': '1' };
const vm = (fields: Partial<CloudVm> = {}): CloudVm => ({
  ...{ name: `mymlops-${RUN}-1`, zone: 'a', id: '1', status: 'RUNNING', labels },
  ...fields,
});
const disk = (fields: Partial<CloudDisk> = {}): CloudDisk => ({
  ...{ name: `mymlops-${RUN}-1`, zone: 'a', id: '2', labels, inUse: false },
  ...fields,
});
const listOf = (vms: CloudVm[], disks: CloudDisk[] = [], zones: string[] = []) => ({
  vms,
  disks,
  gaps: zones.map((zone) => ({ zone, cause: 'UNREACHABLE' })),
});

test('a VM is taken with all that is read of it, once', () => {
  const lastStartAt = '2026-11-21T10:00:00.000Z';
  const inventory = groupByOwner(listOf([vm({ lastStartAt })]), KINDS);
  expect(inventory.take(runKind, RUN)).toEqual([{ resource: 'vm', ...vm({ lastStartAt }) }]);
  expect(inventory.take(runKind, RUN)).toEqual([]);
  expect(inventory.unclaimed()).toEqual([]);
});

test('a free disk is looked after by itself; one in use goes with its VM', () => {
  const inventory = groupByOwner(listOf([], [disk(), disk({ id: '3', inUse: true })]), KINDS);
  expect(inventory.take(runKind, RUN).map(({ id }) => id)).toEqual(['2']);
});

test('what nobody takes is unclaimed', () => {
  const stray = { 'mymlops-deployment': 'mymlops' };
  const inventory = groupByOwner(listOf([vm(), vm({ name: 'stray', id: '9', labels: stray })]), KINDS);
  inventory.take(runKind, RUN);
  expect(inventory.unclaimed().map(({ id }) => id)).toEqual(['9']);
});

test('a zone with a gap is not whole, the others are', () => {
  const inventory = groupByOwner(listOf([], [], ['b']), KINDS);
  expect([inventory.isWhole('a'), inventory.isWhole('b')]).toEqual([true, false]);
});

test.each<[string, CloudVm[], CloudDisk, string[], number]>([
  ['whose VM is not shown', [], disk({ inUse: true }), [], 1],
  ['whose VM is shown', [vm()], disk({ inUse: true }), [], 0],
  ['whose VM of that name is in another zone', [vm({ zone: 'b' })], disk({ inUse: true }), [], 1],
  ['whose zone was not listed', [], disk({ inUse: true }), ['a'], 0],
  ['while another zone was not listed', [], disk({ inUse: true }), ['b'], 1],
  ['that is free', [], disk(), [], 0],
])('a disk %s', (_what, vms, one, gaps, taken) => {
  expect(takenOver(listOf(vms, [one], gaps))).toHaveLength(taken);
});
