// Deletes VMs and disks in the cloud, and proves it.
import { LABELS } from '@mymlops/protocol';
import type { Compute } from '../../ports/compute';
import { OPERATION_WAIT_SECONDS } from '../effect';

/** A VM and its boot disk have one name. Only resources with the deployment's label are touched. */
export interface DeletionTarget {
  zone: string;
  name: string;
  deployment: string;
}

/**
 * True once a GET of the VM and of its disk has answered 404, or what has that name is not ours: a user who takes the label
 * off a VM takes it over, with the disk in it. False: requested, not yet proven; call again later. May be called any number
 * of times.
 */
export async function deleteVmWithDisk(target: DeletionTarget, compute: Compute): Promise<boolean> {
  const { zone, name } = target;
  // A zone of `-` was never chosen: there is nothing to look for.
  if (zone === '-') return true;
  const left = await deletedUpTo(target, compute);
  if (left === 'ours') return false;
  if (left === 'other' && (await compute.getDisk(zone, name))?.inUse) return true;
  return deleteDisk(target, compute);
}

/** The same for the VM alone, whose disk stays. */
export async function deleteVmOnly(target: DeletionTarget, compute: Compute): Promise<boolean> {
  return target.zone === '-' || (await deletedUpTo(target, compute)) !== 'ours';
}

/** Deletes the VM; what has its name afterwards: nothing, still ours, or another's. */
async function deletedUpTo(
  { zone, name, deployment }: DeletionTarget,
  compute: Compute,
): Promise<'nothing' | 'ours' | 'other'> {
  const isOurs = (found: { labels: Record<string, string> } | undefined): boolean =>
    found?.labels[LABELS.deployment] === deployment;
  if (isOurs(await compute.get(zone, name))) {
    if (!(await isDone(zone, await compute.delete(zone, name), compute))) return 'ours';
  }
  const left = await compute.get(zone, name);
  if (!left) return 'nothing';
  return isOurs(left) ? 'ours' : 'other';
}

/** The same for a disk alone: one that is in use stays. */
export async function deleteDisk({ zone, name, deployment }: DeletionTarget, compute: Compute): Promise<boolean> {
  const disk = await compute.getDisk(zone, name);
  if (disk?.labels[LABELS.deployment] !== deployment) return true;
  if (disk.inUse || !(await isDone(zone, await compute.deleteDisk(zone, name), compute))) return false;
  return (await compute.getDisk(zone, name)) === undefined;
}

/** A failed delete is not an error here: the GETs that follow tell what is left. */
async function isDone(zone: string, operation: string | undefined, compute: Compute): Promise<boolean> {
  if (operation === undefined) return true;
  return (await compute.awaitOperation(zone, operation, OPERATION_WAIT_SECONDS)).done;
}
