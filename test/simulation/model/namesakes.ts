// VMs and disks with the name of an attempt's, in zones where the deployment never put them.
import { LABELS, vmName } from '@mymlops/protocol';
import type { Namesake } from '../faults/plan';
import { bootVm } from './agent';
import { keyOf, placeDisk, placeVm } from './vm-lifecycle';
import { noteTrouble, type World } from './world';

/** Nothing comes where every other zone has one already, or nobody could tell it from the attempt's own. */
export function placeNamesake(world: World, fault: Namesake): void {
  const { plan, google, random, vms, disks } = world;
  const { run, attempt, what } = fault;
  const name = vmName('mymlops', run, attempt);
  const decided = google.documents.get(run)?.state.attempts[attempt]?.vm;
  // A copy of a disk of an attempt that is still to come has no name yet.
  if (!decided && what === 'disk') return;
  const isFree = (zone: string): boolean => !vms.has(keyOf(zone, name)) && !disks.has(keyOf(zone, name));
  const [first, ...others] = plan.zones.filter((zone) => zone !== decided?.zone && isFree(zone));
  if (first === undefined) return;
  noteTrouble(world);
  const zone = random.pick(`zone of another ${name}`, [first, ...others]);
  const labels = labelsOf(fault, decided !== undefined);
  world.namesakes.add(keyOf(zone, name));
  if (what === 'disk') return placeDisk(world, zone, name, labels);
  const vm = placeVm(world, zone, name, labels);
  if (fault.labels === 'none') return void world.foreignVms.add(vm.key);
  vm.isCopy = true;
  const original = decided && vms.get(keyOf(decided.zone, name));
  if (!fault.boots || !original) return;
  vm.body = original.body;
  bootVm(world, vm);
}

/** Before there is such an attempt, it is made of the one before. */
function labelsOf({ labels, run, attempt }: Namesake, isDecided: boolean): Record<string, string> {
  if (labels === 'none') return {};
  const ours = { [LABELS.deployment]: 'mymlops' };
  return labels === 'all'
    ? { ...ours, [LABELS.run]: run, [LABELS.attempt]: String(isDecided ? attempt : attempt - 1) }
    : ours;
}
