// What Google, or the guest itself, does to a VM that runs: a host error, host maintenance, a reboot. Whether it comes back is
// for its scheduling to say: as it was requested, or as somebody has set it in the console since.
import { noteInterruption } from '../oracle/compute-calls';
import type { RestartFault } from '../faults/plan';
import { bootVm } from './agent';
import { switchOn } from './compute-power';
import type { SimulatedVm } from './vm';
import { endVm, note } from './vm-lifecycle';
import { LABELS } from '@mymlops/protocol';
import type { World } from './world';

/** Google's words for it among a zone's operations (https://cloud.google.com/compute/docs/instances/monitor-vm-events). */
const EVENTS = {
  hostError: 'compute.instances.hostError',
  terminated: 'compute.instances.terminateOnHostMaintenance',
  migrated: 'compute.instances.migrateOnHostMaintenance',
  restarted: 'compute.instances.automaticRestart',
};

export const isRestart = (fault: { kind: string }): fault is RestartFault =>
  fault.kind === 'host-error' || fault.kind === 'maintenance' || fault.kind === 'guest-reboot';

/** One that is dead already, or hangs, notices nothing of it. */
export function restartVm(world: World, vm: SimulatedVm, fault: RestartFault): void {
  if (vm.isHung) return;
  const { restarts, migrates } = schedulingOf(vm, fault);
  if (fault.kind === 'maintenance' && migrates) return note(world, vm, EVENTS.migrated, world.timeline.nowMs);
  noteInterrupted(world, vm, fault, restarts);
  if (fault.kind === 'guest-reboot') rebootGuest(world, vm);
  else if (fault.kind === 'host-error') failHost(world, vm, restarts);
  else endForMaintenance(world, vm, restarts);
}

/** Google neither restarts a spot VM nor migrates it, whatever somebody would like. */
function schedulingOf({ body }: SimulatedVm, { byHand }: RestartFault): { restarts: boolean; migrates: boolean } {
  const { automaticRestart, onHostMaintenance, provisioningModel } = body.scheduling;
  if (provisioningModel === 'SPOT') return { restarts: false, migrates: false };
  const policy: string = byHand?.onHostMaintenance ?? onHostMaintenance;
  return { restarts: byHand?.automaticRestart ?? automaticRestart, migrates: policy === 'MIGRATE' };
}

/** What boots again may go on, where it had not claimed its attempt yet. */
function noteInterrupted(world: World, { body }: SimulatedVm, { kind }: RestartFault, restarts: boolean): void {
  const { [LABELS.run]: run, [LABELS.attempt]: attempt } = body.labels;
  if (run === undefined) return;
  noteInterruption(world, run, Number(attempt), kind);
  const comesBack = restarts || kind === 'guest-reboot';
  if (!comesBack) world.oracle.lostMs.set(`${run}/${attempt}`, world.timeline.nowMs);
}

/** The shutdown script runs; seconds later it is another boot of the same VM, in the same period. */
function rebootGuest(world: World, vm: SimulatedVm): void {
  const { timeline, random } = world;
  vm.onShutdown?.();
  const { boots } = vm;
  timeline.at(timeline.nowMs + random.between(`reboot ${vm.key}`, 5, 60) * 1000, () => {
    if (isStill(world, vm, 'RUNNING') && vm.boots === boots) bootVm(world, vm);
  });
}

/** Nothing runs any more, and Google needs a while to notice. */
function failHost(world: World, vm: SimulatedVm, restarts: boolean): void {
  const { timeline, random } = world;
  endVm(world, vm, 'RUNNING');
  vm.isHung = true;
  timeline.at(timeline.nowMs + random.between(`noticed ${vm.key}`, 5, 330) * 1000, () => {
    if (!isStill(world, vm, 'RUNNING')) return;
    note(world, vm, EVENTS.hostError);
    vm.isHung = false;
    endVm(world, vm, restarts ? 'REPAIRING' : 'TERMINATED');
    if (restarts) comeBack(world, vm, 'REPAIRING');
  });
}

function endForMaintenance(world: World, vm: SimulatedVm, restarts: boolean): void {
  const { timeline, random } = world;
  note(world, vm, EVENTS.terminated);
  vm.onShutdown?.();
  vm.shown.status = 'STOPPING';
  timeline.at(timeline.nowMs + random.between(`ends ${vm.key}`, 5, 90) * 1000, () => {
    if (!isStill(world, vm, 'STOPPING')) return;
    endVm(world, vm, 'TERMINATED');
    if (restarts) comeBack(world, vm, 'TERMINATED');
  });
}

/** On another host. Nobody of ours has asked for it. */
function comeBack(world: World, vm: SimulatedVm, from: string): void {
  const { timeline, random } = world;
  timeline.at(timeline.nowMs + random.between(`back ${vm.key}`, 5, 300) * 1000, () => {
    if (!isStill(world, vm, from)) return;
    vm.isRestarted = true;
    vm.isStartedByHand = true;
    note(world, vm, EVENTS.restarted, timeline.nowMs);
    switchOn(world, vm);
  });
}

const isStill = ({ vms }: World, vm: SimulatedVm, status: string): boolean =>
  vms.get(vm.key) === vm && vm.shown.status === status;
