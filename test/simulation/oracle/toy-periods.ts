// The periods of a toy's VM as its document has them, against each time that the VM was really powered on.
import type { Period, VmRecord } from '@mymlops/protocol';
import type { ToyState } from '../../fakes/toy-kind';
import type { Plan } from '../faults/plan';
import { toyOf } from '../model/toy';
import type { SimulatedVm } from '../model/vm';
import { keyOf } from '../model/vm-lifecycle';
import type { World } from '../model/world';
import { lacksLimit } from './recorded-toy';
import { periodsOf } from './recorded-vm';

/** At each change of the document. */
export function checkToyPeriods(world: World): void {
  const { oracle, vms } = world;
  const kept = toyOf(world);
  if (!kept || oracle.lastToy === kept.state) return;
  oracle.lastToy = kept.state;
  for (const record of Object.values(kept.state.vms)) {
    const key = keyOf(record.zone, record.name);
    if (record.diskGoneAt !== undefined && world.disks.has(key) && !oracle.frozenInserts.has(key))
      oracle.violate(`${key} is proven gone and has a disk`);
    const vm = vms.get(key);
    // One that a frozen insert has made since is not the VM of this record.
    if (!vm || oracle.frozenInserts.has(key)) continue;
    checkStarts(world, vm, record);
    checkReports(world, vm, record);
    checkNewest(world, vm, record);
  }
  checkSlot(world, kept.state);
}

/** A period that counts as begun was. Compute Engine remembers who was told so of which call. */
function checkStarts({ oracle, plan }: World, { key, starts }: SimulatedVm, record: VmRecord): void {
  const periods = periodsOf(record);
  for (const { start, stop } of periods) {
    if (Date.parse(stop?.requestedAt ?? '') < Date.parse(start.at))
      oracle.violate(`${key} was to stop before its start`);
  }
  const begun = periods.slice(1).filter(({ start }) => start.settledAt !== undefined && !start.failure);
  if (begun.length > Math.max(0, starts.length - 1))
    oracle.violate(`${key} has a period in which it was not powered on`);
  for (const { start, down } of periods) {
    const found = starts.find(({ at }) => at === start.startedAt);
    if (start.startedAt !== undefined && !found) oracle.violate(`${key} was not powered on at ${start.startedAt}`);
    // Its operation may never have been seen done: the VM was on nevertheless.
    const wasOn = starts.some(({ at }) => start.at <= at && at <= (down?.at ?? ''));
    if (start.settledAt === undefined && down?.how === 'stopped' && !wasOn)
      oracle.violate(`${key} counts as down before its start`);
    // Our own start that was frozen until its period was over looks like one by hand.
    if (start.actor === 'console' && found?.isByHand === false && !isStartFrozen(plan))
      oracle.violate(`${key} was not started by hand`);
  }
  const times = periods.flatMap(({ start }) => start.startedAt ?? []);
  if (new Set(times).size < times.length) oracle.violate(`two periods of ${key} have the same start`);
}

const isStartFrozen = ({ faults }: Plan): boolean =>
  faults.some((fault) => fault.kind === 'call' && fault.name === 'compute.start' && fault.how.startsWith('freeze'));

/**
 * A report is in the period in which it was sent, once the record has that. Where somebody has started the VM before our intent,
 * nobody can tell.
 */
function checkReports({ oracle }: World, vm: SimulatedVm, record: VmRecord): void {
  const periods = periodsOf(record);
  const isOdd = periods.some(({ start }) => Date.parse(start.startedAt ?? '') < Date.parse(start.at));
  for (const { start, reports = {} } of isOdd ? [] : periods) {
    for (const key of Object.keys(reports)) {
      const { at } = vm.starts[Number(/^boot-\d+-(\d+)_/.exec(key)?.[1]) - 1] ?? {};
      if (at !== start.startedAt && periods.some((each) => each.start.startedAt === at))
        oracle.violate(`a period of ${vm.key} has a report of another one`);
    }
  }
}

/** What the newest period says of the VM as it is. */
function checkNewest({ oracle }: World, vm: SimulatedVm, record: VmRecord): void {
  const { key, shown, starts } = vm;
  const last = periodsOf(record).at(-1);
  if (!last || last.start.startedAt === undefined) return;
  const isNow = shown.status === 'RUNNING' && starts.at(-1)?.at === last.start.startedAt;
  if (isNow && last.down) oracle.violate(`${key} counts as down, and is on`);
  const hasLimit = shown.maxRunDurationSeconds === last.start.maxRunDurationSeconds;
  if (isNow && last.timeLimitVerifiedAt !== undefined && !hasLimit)
    oracle.violate(`${key} counts as limited, and is not`);
  if (lacksLimit(last) && isOurs(last) && !mayLackLimit(vm, last))
    oracle.violate(`${key} was started without the time limit of its period`);
}

const isOurs = ({ start }: Period): boolean => start.actor !== 'console';

/** Compute Engine drops it, or somebody has changed it, or started the VM, in the console. */
function mayLackLimit({ lacksTimeLimit, limitChangedMs = -Infinity, starts }: SimulatedVm, { start }: Period): boolean {
  const isByHand = starts.some(({ at, isByHand: byHand }) => byHand && at === start.startedAt);
  return lacksTimeLimit === true || isByHand || limitChangedMs >= Date.parse(start.at);
}

/** A period of ours has its slot from before its start until it is over. */
function checkSlot({ oracle, google }: World, { vms }: ToyState): void {
  const holders = google.pools.get('toys')?.pool.holders ?? [];
  const isOn = Object.values(vms).some((record) => {
    const last = periodsOf(record).at(-1);
    const hasBegun = last !== undefined && isOurs(last) && !last.start.failure && !last.down;
    return hasBegun && record.goneAt === undefined;
  });
  if (isOn && holders.length === 0) oracle.violate('the toy is on and has no slot');
}
