// What befalls the VM of an attempt once it runs, and what others make of it.
import { LABELS } from '@mymlops/protocol';
import { noteInterruption } from '../oracle/compute-calls';
import { startVm, stopVm } from './compute-power';
import { knownId } from '../oracle/recorded';
import { isRestart, restartVm } from './restarts';
import { keyOf, limitLife, note, placeVm, removeVm, unbooted } from './vm-lifecycle';
import { bootVm } from './agent';
import type { SimulatedVm } from './vm';
import { endVm } from './vm-lifecycle';
import { noteTrouble, type World } from './world';

export function planVmFaults(world: World, vm: SimulatedVm): void {
  const { timeline, oracle, plan } = world;
  const run = vm.body.labels[LABELS.run] ?? '';
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  for (const fault of plan.faults) {
    if (!('afterMs' in fault) || fault.run !== run || (fault.attempt !== attempt && fault.attempt !== 0)) continue;
    timeline.at(timeline.nowMs + fault.afterMs, () => {
      if (world.vms.get(vm.key) !== vm || vm.shown.status !== 'RUNNING') return;
      noteTrouble(world);
      if (isRestart(fault)) return restartVm(world, vm, fault);
      if (fault.kind === 'copy') return copyVm(world, vm);
      const labelsOff = LABELS_OFF.find((kind) => kind === fault.kind);
      if (labelsOff) return takeLabelsOff(world, vm, labelsOff);
      noteInterruption(world, run, attempt, fault.kind);
      // What boots again may go on, where it had not claimed its attempt yet.
      if (fault.kind !== 'reboot' && fault.kind !== 'restarted') oracle.lostMs.set(`${run}/${attempt}`, timeline.nowMs);
      if (fault.kind === 'replaced') giveNameAway(world, vm);
      else if (fault.kind === 'made-again') makeAgain(world, vm);
      else if (fault.kind === 'hang') {
        vm.isHung = true;
      } else if (fault.kind === 'reboot') bootVm(world, vm);
      else if (fault.kind === 'die') endVm(world, vm, 'TERMINATED');
      else if (fault.kind === 'suspended') endVm(world, vm, 'SUSPENDED');
      else if (fault.kind === 'stopped-by-hand') stopByHand(world, vm);
      else if (fault.kind === 'restarted') restart(world, vm);
      else if (fault.kind === 'exit-then-preempt') exitThenPreempt(world, vm);
      else takeAway(world, vm, fault.kind === 'preempt');
    });
  }
}

function takeAway(world: World, vm: SimulatedVm, isPreempted: boolean): void {
  const { timeline } = world;
  vm.isPreempted = isPreempted;
  note(world, vm, isPreempted ? 'compute.instances.preempted' : 'delete');
  vm.onShutdown?.();
  vm.shown.status = 'STOPPING';
  timeline.at(timeline.nowMs + 30_000, () => removeVm(world, vm));
}

/** Google's documents call it STOPPED, its answers TERMINATED. */
function stopByHand(world: World, vm: SimulatedVm): void {
  const status = world.random.pick(`stopped ${vm.key}`, ['STOPPED', 'TERMINATED']);
  stopVm(world, vm, status);
}

/** Another boot of the same VM, minutes later. */
function restart(world: World, vm: SimulatedVm): void {
  const { timeline, random, vms } = world;
  const { doneMs } = stopVm(world, vm);
  timeline.at(doneMs + random.between(`restart ${vm.key}`, 1, 600) * 1000, () => {
    if (vms.get(vm.key) !== vm) return;
    vm.isRestarted = true;
    startVm(world, vm, true);
  });
}

/** Metadata knows, the command dies of it, and seconds later the shutdown script is started. */
function exitThenPreempt(world: World, vm: SimulatedVm): void {
  const { timeline, random } = world;
  vm.isPreempted = true;
  note(world, vm, 'compute.instances.preempted');
  vm.interruptCommand?.();
  timeline.at(timeline.nowMs + random.between(`notice ${vm.key}`, 0, 20) * 1000, () => {
    if (world.vms.get(vm.key) === vm) takeAway(world, vm, true);
  });
}

function copyVm(world: World, vm: SimulatedVm): void {
  const id = String(++world.serial);
  const name = `copy-${id}`;
  const key = keyOf(vm.shown.zone, name);
  const shown = { ...vm.shown, name, id };
  world.vms.set(key, { ...unbooted(), key, shown, shownMs: world.timeline.nowMs, body: vm.body, isCopy: true });
}

/** Somebody deletes the VM, and after a while has one of the same name. */
function giveNameAway(world: World, vm: SimulatedVm): void {
  const { zone, name } = vm.shown;
  takeAway(world, vm, false);
  later(world, vm, () => {
    placeVm(world, zone, name, {});
    world.foreignVms.add(vm.key);
  });
}

/** Somebody deletes the VM, and makes it once more. Whoever waits for the attempt has lost it, unless the new one claims it. */
function makeAgain(world: World, vm: SimulatedVm): void {
  const { timeline, google, oracle, disks } = world;
  const { body, key, lacksTimeLimit } = vm;
  takeAway(world, vm, false);
  later(world, vm, () => {
    const run = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
    const attempt = run?.attempts[Number(body.labels[LABELS.attempt])];
    // Nobody looks for it any more but the sweep.
    if (!attempt || attempt.vm.fencedAt || attempt.vm.goneAt) oracle.frozenInserts.add(key);
    const shown = { ...vm.shown, id: String(++world.serial), status: 'RUNNING', labels: body.labels };
    const made = { body, lacksTimeLimit, isAgain: true };
    const again: SimulatedVm = { ...unbooted(), key, shown, shownMs: timeline.nowMs, ...made };
    world.vms.set(key, again);
    disks.set(key, { id: `disk ${shown.id}`, name: shown.name, zone: shown.zone, labels: body.labels, inUse: true });
    note(world, again, 'insert', timeline.nowMs);
    bootVm(world, again);
    limitLife(world, again);
  });
}

const LABELS_OFF = ['unlabelled', 'bare', 'nameless'] as const;
type LabelsOff = (typeof LABELS_OFF)[number];

/** Without the deployment's label it is its user's: it works on, and what becomes of it is nobody else's business. */
function takeLabelsOff(world: World, vm: SimulatedVm, kind: LabelsOff): void {
  const { [LABELS.deployment]: deployment = '', ...others } = vm.shown.labels;
  // Without its id nobody could tell a VM without its other labels from another one of its name.
  const isKnown = knownId(world, vm) === vm.shown.id;
  const left = kind === 'unlabelled' || !isKnown ? others : {};
  vm.shown.labels = kind === 'nameless' ? { [LABELS.deployment]: deployment, ...left } : left;
  if (kind !== 'nameless') vm.takenOverMs = world.timeline.nowMs;
}

/** When the VM has been gone for a while, and its name is still free. */
function later(world: World, { key }: SimulatedVm, work: () => void): void {
  const { timeline, random } = world;
  timeline.at(timeline.nowMs + random.between(`name of ${key}`, 40, 900) * 1000, () => {
    if (!world.vms.has(key) && !world.disks.has(key)) work();
  });
}
