// The toy of a history: its user's requests, acts in the console, and what its document says.
import { isOff } from '../../fakes/vm-status';
import type { ToyState } from '../../fakes/toy-kind';
import { BY_HAND, type Fault, type ToyAct } from '../faults/plan';
import { startVm, stopVm } from './compute-power';
import { TOY } from './toy-labels';
import type { SimulatedVm } from './vm';
import { keyOf, note, removeVm } from './vm-lifecycle';
import type { World } from './world';

export const isToyAct = (fault: Fault): fault is ToyAct => fault.kind === 'toy';

export const toyOf = ({ google }: Pick<World, 'google'>) => google.collection<ToyState>('toys').get(TOY);

/** Number of its newest VM; 0 where it has none yet. */
export const newestOf = ({ vms }: ToyState): number => Math.max(0, ...Object.keys(vms).map(Number));

export function scheduleToy(world: World, { does, number, atMs }: ToyAct): void {
  const act = BY_HAND.find((each) => each === does);
  world.timeline.at(world.startMs + atMs, () => {
    if (act === undefined) return world.publish('requests', { type: `toy-${does}`, id: TOY, number });
    const vm = newestVm(world);
    if (vm) ACTS[act](world, vm);
  });
}

/** Its newest VM, where there is one. */
function newestVm(world: World): SimulatedVm | undefined {
  const toy = toyOf(world)?.state;
  const record = toy?.vms[newestOf(toy)];
  return record && world.vms.get(keyOf(record.zone, record.name));
}

const ACTS: Record<(typeof BY_HAND)[number], (world: World, vm: SimulatedVm) => void> = {
  'start by hand': (world, vm) => {
    if (isOff(vm.shown)) startVm(world, vm, true);
  },
  'start again by hand': startAgain,
  'change limit': (world, vm) => setLimit(world, vm, 60),
  'drop limit': (world, vm) => {
    setLimit(world, vm, undefined);
    vm.isLimitDropped = isOff(vm.shown);
  },
  'lose limit': (_, vm) => {
    vm.lacksTimeLimit = true;
  },
  'delete by hand': (world, vm) => {
    note(world, vm, 'delete');
    removeVm(world, vm);
    // It is made once more: by the next start, or by one who has no answer to the insert yet and repeats it.
    world.oracle.made.delete(vm.key);
  },
};

/** Faster than any sweep could notice, where it is on. */
function startAgain(world: World, vm: SimulatedVm): void {
  const { timeline, random, vms } = world;
  if (vm.shown.status !== 'RUNNING') return;
  const { doneMs } = stopVm(world, vm);
  timeline.at(doneMs + random.between(`again ${vm.key} ${timeline.nowMs}`, 1, 20) * 1000, () => {
    if (vms.get(vm.key) === vm && isOff(vm.shown)) startVm(world, vm, true);
  });
}

/** Google refuses it while the VM is on. */
function setLimit({ timeline }: World, vm: SimulatedVm, seconds: number | undefined): void {
  if (!isOff(vm.shown)) return;
  vm.shown.maxRunDurationSeconds = seconds;
  vm.limitChangedMs = timeline.nowMs;
}
