// The toy of a history: its user's requests, and what its document says.
import { isOff } from '../../fakes/vm-status';
import type { ToyState } from '../../fakes/toy-kind';
import type { Fault, ToyAct } from '../faults/plan';
import { startVm } from './compute-power';
import type { SimulatedVm } from './vm';
import { keyOf } from './vm-lifecycle';
import type { World } from './world';

const TOY = 'doll';
const LABEL = 'mymlops-toy';

export const isToys = ({ labels }: { labels: Record<string, string> }): boolean => labels[LABEL] === TOY;

export const isToyAct = (fault: Fault): fault is ToyAct => fault.kind === 'toy';

export const toyOf = ({ google }: Pick<World, 'google'>) => google.collection<ToyState>('toys').get(TOY);

/** Number of its newest VM; 0 where it has none yet. */
export const newestOf = ({ vms }: ToyState): number => Math.max(0, ...Object.keys(vms).map(Number));

export function scheduleToy(world: World, { does, number, atMs }: ToyAct): void {
  world.timeline.at(world.startMs + atMs, () => {
    if (does === 'start by hand') startByHand(world);
    else if (does === 'change limit') changeLimit(world);
    else world.publish('requests', { type: `toy-${does}`, id: TOY, number });
  });
}

/** Its newest VM, where that is off. */
function offVm(world: World): SimulatedVm | undefined {
  const toy = toyOf(world)?.state;
  const record = toy?.vms[newestOf(toy)];
  const vm = record && world.vms.get(keyOf(record.zone, record.name));
  return vm && isOff(vm.shown) ? vm : undefined;
}

function changeLimit(world: World): void {
  const vm = offVm(world);
  if (vm) vm.shown.maxRunDurationSeconds = 60;
}

function startByHand(world: World): void {
  const vm = offVm(world);
  if (!vm) return;
  vm.isStartedByHand = true;
  startVm(world, vm);
}
