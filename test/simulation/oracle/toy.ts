// A toy's VMs are on and off as its user wants, its disk stays as long as it is wanted, and nothing is left after it.
import { isDown } from '../../fakes/vm-status';
import type { ToyState } from '../../fakes/toy-kind';
import { toyOf } from '../model/toy';
import { isToys } from '../model/toy-labels';
import type { SimulatedVm } from '../model/vm';
import { keyOf } from '../model/vm-lifecycle';
import type { World } from '../model/world';
import { isDiskNeeded, isNeeded, isNewest, isStopped } from './recorded-toy';
import { periodsOf, recordOf, wasMade } from './recorded-vm';

const MINUTE = 60_000;
/** A VM that is on and should not be, or whose time limit nobody has read, is noticed and stopped by then. */
const NOTICED_MS = 15 * MINUTE;
/** A VM that its user wants off is stopped at once, and takes its time. */
const STOPPED_MS = 5 * MINUTE;

/** At every step. */
export function checkToy(world: World): void {
  const { oracle, vms, disks, timeline } = world;
  const toy = toyOf(world)?.state;
  if (!toy) return;
  if (toy.deleting) oracle.toyDeletedMs ??= timeline.nowMs;
  const on = [...vms.values()].filter(({ key, shown, isStartedByHand }) => {
    return isToys(shown) && shown.status === 'RUNNING' && !isStartedByHand && !oracle.frozenInserts.has(key);
  });
  if (on.length > 1) oracle.violate(`${on.length} VMs of the toy are on`);
  for (const [number, vm] of Object.entries(toy.vms)) {
    const key = keyOf(vm.zone, vm.name);
    if (wasMade(vm) && isDiskNeeded(toy, Number(number), timeline.nowMs) && !disks.has(key))
      oracle.violate(`${key} is wanted and has no disk`);
    const timesDown = periodsOf(vm).filter(({ down }) => down).length;
    if (
      timesDown < periodsOf(vm).length - 1 &&
      periodsOf(vm)
        .slice(0, -1)
        .every(({ start }) => !start.failure)
    )
      oracle.violate(`${key} began a period before the last one was over`);
  }
}

/** Once a minute: VMs that should be off, or whose limit nobody has read, and since when. */
export function checkToyOff(world: World, sinceMs: Map<string, number>): void {
  const { oracle, timeline, vms } = world;
  const toy = toyOf(world)?.state;
  for (const vm of vms.values()) {
    if (!isToys(vm.shown)) continue;
    const isLeft = toy !== undefined && vm.shown.status === 'RUNNING' && isWrong(toy, vm);
    if (!isLeft || isHindered(world, vm.shown.zone)) sinceMs.delete(vm.key);
    else if (!sinceMs.has(vm.key)) sinceMs.set(vm.key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(vm.key) ?? 0) > (isStopped(toy) ? STOPPED_MS : NOTICED_MS))
      oracle.violate(
        `${vm.key} of the toy is on, and should be off, or nobody knows of its start, or of its time limit`,
      );
  }
}

function isWrong(toy: ToyState, vm: SimulatedVm): boolean {
  const [number, record] = recordOf(toy, vm) ?? [];
  if (!record || !isNewest(toy, number) || toy.deleting || isStopped(toy)) return true;
  const last = periodsOf(record).at(-1);
  // A start in the console is noticed, also where a stop in the console has come just before it.
  return !last?.timeLimitVerifiedAt || last.down !== undefined || last.start.startedAt !== vm.shown.lastStartAt;
}

function isHindered(world: World, zone: string): boolean {
  const { plan, timeline, hinderedMs } = world;
  if (timeline.nowMs - hinderedMs < 20 * MINUTE) return true;
  return plan.faults.some(
    (fault) =>
      'fromMs' in fault &&
      fault.kind !== 'reports-lost' &&
      fault.kind !== 'pages' &&
      (fault.kind === 'refused' || !fault.kind.startsWith('zone') || fault.what === zone || fault.what === '*') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + NOTICED_MS,
  );
}

/** Nobody deletes a VM that its user wants. */
export function checkToyDeletion(world: World, vm: SimulatedVm): void {
  const toy = isToys(vm.shown) ? toyOf(world)?.state : undefined;
  const [number, record] = (toy && recordOf(toy, vm)) ?? [];
  if (!toy || !record || number === undefined || world.oracle.frozenInserts.has(vm.key)) return;
  if (wasMade(record) && isNeeded(toy, number)) world.oracle.violate(`${vm.key} of the toy was deleted and is wanted`);
}

/** One number, one VM; but for an insert that was held up on its way. */
export function noteToyInsert({ oracle }: World, key: string, labels: Record<string, string>): void {
  if (!isToys({ labels }) || oracle.frozenInserts.has(key)) return;
  if (oracle.made.has(key)) oracle.violate(`${key} of the toy was made twice`);
  oracle.made.add(key);
}

/** It is off or gone, and no sweep reads it. */
export function isToySettled(world: World): boolean {
  const toy = toyOf(world);
  const all = [...world.vms.values()].filter(({ shown }) => isToys(shown));
  if (!toy) return all.length === 0;
  return !toy.summary.live && all.every((vm) => isDown(vm.shown) && isKept(world, vm.key)) && areDisksKept(world);
}

/** The VM of the toy may stay: the newest, and the last that was made where that one was not. */
export function isKept(world: World, key: string): boolean {
  return isKeptFor(world, key, (toy, number) => isNeeded(toy, number));
}

export function isDiskKept(world: World, key: string): boolean {
  return isKeptFor(world, key, (toy, number) => isDiskNeeded(toy, number, world.timeline.nowMs));
}

function isKeptFor(world: World, key: string, isWanted: (toy: ToyState, number: number) => boolean): boolean {
  const toy = toyOf(world)?.state;
  if (!toy || toy.deleting) return false;
  return Object.entries(toy.vms).some(([number, vm]) => {
    if (key !== keyOf(vm.zone, vm.name)) return false;
    return isNewest(toy, Number(number)) || (wasMade(vm) && isWanted(toy, Number(number)));
  });
}

const areDisksKept = (world: World): boolean =>
  [...world.disks].every(([key, disk]) => !isToys(disk) || isDiskKept(world, key));

/** When everything is settled. */
export function checkToyEnd(world: World): void {
  const { oracle } = world;
  const toy = toyOf(world);
  if (!isToySettled(world)) oracle.violate(`the toy did not come to rest: ${JSON.stringify(toy?.state).slice(0, 400)}`);
  if (toy?.state.deleting && !toy.state.cleanedAt) oracle.violate('the toy was deleted and is not cleaned');
}
