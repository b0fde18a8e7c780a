// What is noticed when a toy's VM is powered on or off: calls that nobody should make.
import { toyOf } from '../model/toy';
import { isToys } from '../model/toy-labels';
import type { SimulatedVm } from '../model/vm';
import type { Invocation, World } from '../model/world';
import { isNewest, isStopped } from './recorded-toy';
import { isLate, LOOK_MS, periodsOf, recordOf } from './recorded-vm';

/** Nobody stops a VM that is to be on, nor one that was started by hand in a period of its own. */
export function checkToyStop(world: World, vm: SimulatedVm, invocation: Invocation): void {
  const { oracle, timeline } = world;
  const toy = isToys(vm.shown) ? toyOf(world)?.state : undefined;
  if (!toy || vm.shown.status !== 'RUNNING' || toy.deleting || isLate(invocation)) return;
  const [number, record] = recordOf(toy, vm) ?? [];
  if (!record || !isNewest(toy, number)) return;
  const last = periodsOf(record).at(-1);
  const isLimited = vm.shown.maxRunDurationSeconds === last?.start.maxRunDurationSeconds;
  if (!isStopped(toy) && isLimited) oracle.violate(`${vm.key} of the toy was stopped and is to be on`);
  const lastStart = vm.starts.at(-1);
  const startedAt = last?.start.startedAt;
  if (!lastStart?.isByHand || startedAt === undefined || startedAt === lastStart.at) return;
  if (timeline.nowMs - Date.parse(lastStart.at) > LOOK_MS)
    oracle.violate(`${vm.key} of the toy was stopped in a period that nobody knows of`);
}

/** Nobody starts a VM but for a period that waits for it. */
export function checkToyStart(world: World, vm: SimulatedVm, invocation: Invocation): void {
  const toy = isToys(vm.shown) ? toyOf(world)?.state : undefined;
  if (!toy || vm.shown.status === 'RUNNING' || isLate(invocation)) return;
  const [number, record] = recordOf(toy, vm) ?? [];
  const last = record && periodsOf(record).at(-1);
  const { oracle, timeline } = world;
  // The deletion may come between the look and the call.
  const isDeleted = timeline.nowMs - (oracle.toyDeletedMs ?? Infinity) > LOOK_MS;
  const isWaiting = isNewest(toy, number) && !isDeleted && last?.start.settledAt === undefined && !last?.down;
  if (!isWaiting) oracle.violate(`${vm.key} of the toy was started, and no period of it waits for that`);
}
