// VMs of a history that are switched on and off: each period begins with a start that may fail, and ends.
import type { CloudFailure } from '../../../functions/src/ports/cloud-answer';
import { isOff, notReady } from '../../fakes/vm-status';
import type { Operation } from './operations';
import { limitLife, note } from './vm-lifecycle';
import { bootVm } from './agent';
import type { SimulatedVm } from './vm';
import { endVm } from './vm-lifecycle';
import type { World } from './world';

const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no capacity' };

/** What is off is on at the operation's end, unless its zone is stocked out. */
export function startVm(world: World, vm: SimulatedVm, isByHand = false): Operation | { refused: CloudFailure } {
  const { timeline, random, vms } = world;
  const { shown, key } = vm;
  if (shown.status === 'RUNNING') return { doneMs: timeline.nowMs };
  if (!isOff(shown)) {
    const isAtOnce = shown.status !== 'STOPPING' || random.chance(`refused ${key} ${timeline.nowMs}`, 0.5);
    if (isAtOnce) return { refused: notReady(shown, 'resourceNotReady') };
    return { doneMs: timeline.nowMs + 2000, failure: notReady(shown, 'RESOURCE_NOT_READY') };
  }
  const failure = world.spell('zone-stocked-out', shown.zone) ? STOCKOUT : undefined;
  const doneMs = timeline.nowMs + random.between(`start ${key} ${timeline.nowMs}`, 2, failure ? 95 : 40) * 1000;
  shown.status = 'STAGING';
  vm.isStartedByHand = isByHand;
  timeline.at(doneMs, () => {
    if (vms.get(key) !== vm || shown.status !== 'STAGING') return;
    if (failure) shown.status = 'TERMINATED';
    else {
      note(world, vm, 'start', timeline.nowMs);
      switchOn(world, vm);
    }
  });
  return { doneMs, ...(failure && { failure }) };
}

/** The shutdown script, then the power; disks and metadata stay. What is off already stays as it is. */
export function stopVm(world: World, vm: SimulatedVm, status = 'TERMINATED'): Operation {
  const { timeline, random } = world;
  if (isOff(vm.shown)) return { doneMs: timeline.nowMs };
  note(world, vm, 'stop');
  const doneMs = timeline.nowMs + random.between(`stop ${vm.key} ${timeline.nowMs}`, 5, 90) * 1000;
  vm.onShutdown?.();
  vm.shown.status = 'STOPPING';
  timeline.at(doneMs, () => {
    if (world.vms.get(vm.key) === vm && vm.shown.status === 'STOPPING') endVm(world, vm, status);
  });
  return { doneMs };
}

/** A new period: another boot, and its time limit counts anew. */
export function switchOn(world: World, vm: SimulatedVm): void {
  const at = new Date(world.timeline.nowMs).toISOString();
  vm.shown.status = 'RUNNING';
  vm.shown.lastStartAt = at;
  if (vm.lacksTimeLimit) vm.shown.maxRunDurationSeconds = undefined;
  vm.starts.push({ at, isByHand: vm.isStartedByHand === true });
  bootVm(world, vm);
  limitLife(world, vm);
}
