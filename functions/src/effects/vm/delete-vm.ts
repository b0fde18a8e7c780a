// Deletes a VM with its disk, and proves it.
import { LABELS } from '@mymlops/protocol';
import type { Cloud } from '../../ports';

const OPERATION_WAIT_SECONDS = 60;

/** What is to be removed: the boot disk has the VM's name. Only what carries the deployment's label is touched. */
export interface Target {
  zone: string;
  name: string;
  deployment: string;
}

/**
 * True once a GET of the VM and of its disk has answered 404, or what has that name is not ours: a user who takes the label
 * off a VM takes it over, with the disk in it. False: asked for, not yet proven; call again later. May be called any number
 * of times.
 */
export async function removeVm({ zone, name, deployment }: Target, cloud: Cloud): Promise<boolean> {
  // A zone of `-` was never chosen: there is nothing to look for.
  if (zone === '-') return true;
  const isOurs = (thing: { labels: Record<string, string> } | undefined): boolean =>
    thing?.labels[LABELS.deployment] === deployment;

  if (isOurs(await cloud.get(zone, name))) {
    if (!(await isDone(zone, await cloud.delete(zone, name), cloud))) return false;
  }
  const left = await cloud.get(zone, name);
  if (isOurs(left)) return false;
  if (left && (await cloud.getDisk(zone, name))?.inUse) return true;
  return removeDisk({ zone, name, deployment }, cloud);
}

/** The same for a disk alone: one that is in use stays. */
export async function removeDisk({ zone, name, deployment }: Target, cloud: Cloud): Promise<boolean> {
  const disk = await cloud.getDisk(zone, name);
  if (disk?.labels[LABELS.deployment] !== deployment) return true;
  if (disk.inUse || !(await isDone(zone, await cloud.deleteDisk(zone, name), cloud))) return false;
  return (await cloud.getDisk(zone, name)) === undefined;
}

/** A failed delete is not an error here: the GETs that follow tell what is left. */
async function isDone(zone: string, operation: string | undefined, cloud: Cloud): Promise<boolean> {
  if (operation === undefined) return true;
  return (await cloud.awaitOperation(zone, operation, OPERATION_WAIT_SECONDS)).done;
}
