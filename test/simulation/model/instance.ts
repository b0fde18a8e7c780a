// The interactive instance of a history: its user's requests, acts in the console, and what its document says.
import { INSTANCE_KIND, INSTANCES, type InstanceState } from '@mymlops/protocol';
import { isOff } from '../../fakes/vm-status';
import type { Fault, InstanceAct } from '../faults/plan';
import { startVm, stopVm } from './compute-power';
import { SPEC } from './instance-kind';
import { INSTANCE, UIDS } from './instance-labels';
import type { SimulatedVm } from './vm';
import { bootVm } from './agent';
import { endVm, keyOf, note, removeVm } from './vm-lifecycle';
import type { World } from './world';

const MINUTE = 60_000;

const WAIT_SECONDS = 900;

export const isInstanceAct = (fault: Fault): fault is InstanceAct => fault.kind === INSTANCE_KIND;

export const instanceOf = ({ google }: Pick<World, 'google'>) =>
  google.collection<InstanceState>(INSTANCES).get(INSTANCE);

export function scheduleInstance(world: World, act: InstanceAct): void {
  world.timeline.at(world.startMs + act.atMs, () => {
    const byHand = BY_HAND_ACTS[act.does];
    if (!byHand) return request(world, act);
    const vm = newestVm(world);
    if (vm) byHand(world, vm);
  });
}

/** As the client does: it reads the document, and asks for what follows from it. */
function request(world: World, { does, minutes = 0 }: InstanceAct): void {
  const { timeline, oracle } = world;
  const state = instanceOf(world)?.state;
  const isThere = state?.uid !== undefined && state.deletedAt === undefined;
  const uid = isThere ? (state.uid ?? UIDS[0]) : UIDS[state?.uid === undefined ? 0 : 1];
  const at = new Date(timeline.nowMs).toISOString();
  const about = { v: 1, name: INSTANCE, uid, by: 'ada', at };
  const started = isThere ? state.started : 0;
  switch (does) {
    case 'start':
      if (isThere && (state.deletion || started > state.stopped)) return;
      return world.publish('requests', {
        ...{ ...about, type: 'start', period: started + 1, spec: SPEC, waitSeconds: WAIT_SECONDS },
      });
    case 'stop':
      if (isThere) oracle.userStops.add(`${uid} ${started}`);
      return isThere ? world.publish('requests', { ...about, type: 'stop', period: started }) : undefined;
    case 'extend': {
      const until = new Date(timeline.nowMs + minutes * MINUTE).toISOString();
      return isThere ? world.publish('requests', { ...about, type: 'extend', period: started, until }) : undefined;
    }
    default:
      if (!isThere) return;
      oracle.userDeletions.add(uid);
      return world.publish('requests', { ...about, type: 'delete' });
  }
}

/** The VM that has its disk, where it has one. */
export function newestVm(world: World): SimulatedVm | undefined {
  const state = instanceOf(world)?.state;
  const record = state?.vms[state.vmCount];
  return record && world.vms.get(keyOf(record.zone, record.name));
}

const BY_HAND_ACTS: Partial<Record<InstanceAct['does'], (world: World, vm: SimulatedVm) => void>> = {
  'start by hand': (world, vm) => {
    if (isOff(vm.shown)) startVm(world, vm, true);
  },
  'stop by hand': (world, vm) => {
    if (vm.shown.status === 'RUNNING') stopVm(world, vm);
  },
  'power off': (world, vm) => {
    if (vm.shown.status === 'RUNNING') endVm(world, vm, 'TERMINATED');
  },
  preempt: (world, vm) => {
    if (vm.shown.status !== 'RUNNING') return;
    note(world, vm, 'compute.instances.preempted');
    stopVm(world, vm);
  },
  reboot: (world, vm) => {
    if (vm.shown.status !== 'RUNNING') return;
    vm.resetIn = vm.starts.length;
    bootVm(world, vm);
  },
  hang: (_, vm) => {
    vm.isHung = vm.shown.status === 'RUNNING';
  },
  'delete by hand': (world, vm) => {
    note(world, vm, 'delete');
    removeVm(world, vm);
    world.oracle.made.delete(vm.key);
  },
  'delete with its disk': (world, vm) => {
    note(world, vm, 'delete');
    removeVm(world, vm);
    world.disks.delete(vm.key);
    world.oracle.made.delete(vm.key);
    world.oracle.disksByHand.add(vm.key);
  },
};
