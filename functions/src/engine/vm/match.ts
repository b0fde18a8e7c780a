// Finds VMs that the cloud does not show as on. Pure.
import { currentPeriod, currentPeriodNumber, type VmRecord } from '@mymlops/protocol';
import { isSameVm, type Labelled } from './identity';
import { hasExisted, lacksTimeLimit } from './record';

/** A VM or disk as the list shows it. */
export interface ShownVm extends Labelled {
  name: string;
  zone: string;
  /** Compute Engine's status of a VM; absent for a disk. */
  status?: string;
  /** When the VM was last powered on. */
  lastStartAt?: string;
  /** Google's action at the VM's time limit: `STOP` for one that is to be started again. */
  terminationAction?: string;
}

/**
 * A VM with one of these is not on. Any other status, also one that we do not know, counts as on: while a VM is still
 * STOPPING its shutdown script is about to say why.
 */
const DOWN = new Set(['STOPPED', 'TERMINATED', 'SUSPENDED']);

export const isDown = ({ status }: { status?: string }): boolean => DOWN.has(status ?? '');

/** On its way there: nothing is to be done to it before it has arrived. */
const GOING_DOWN = new Set(['PENDING_STOP', 'STOPPING', 'SUSPENDING', 'DEPROVISIONING']);

export const isGoingDown = ({ status }: { status?: string }): boolean => GOING_DOWN.has(status ?? '');

/** Whether the record says that the VM is on, as far as anybody knows. */
export function shouldBeOn(vm: VmRecord): boolean {
  const { start, down } = currentPeriod(vm);
  if (vm.goneAt || down) return false;
  if (lacksTimeLimit(vm)) return true;
  if (currentPeriodNumber(vm) === 1) return hasExisted(vm);
  return start.settledAt !== undefined && !start.failure;
}

/**
 * How the list shows a VM that should be on: `on`; `stopped`; or `unseen`, not in the list at all, which proves nothing
 * until a GET answers 404.
 */
export function seenAs(
  vm: VmRecord,
  labels: Record<string, string>,
  listed: readonly ShownVm[],
): 'on' | 'stopped' | 'unseen' {
  const found = listed.find(({ name, zone }) => name === vm.name && zone === vm.zone);
  if (!found || !isSameVm(found, vm, labels)) return 'unseen';
  return isDown(found) ? 'stopped' : 'on';
}
