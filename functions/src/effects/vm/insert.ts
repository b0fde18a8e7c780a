// From the intent to a VM that Compute Engine has made, or has not.
import { currentPeriod } from '@mymlops/protocol';
import { isSameVm } from '../../engine/vm/identity';
import { isStale } from '../../engine/vm/insert-deadlines';
import { hasReported, lacksTimeLimit, withPeriod, withStart, type VmUpdate } from '../../engine/vm/record';
import type { CloudDisk, CloudVm } from '../../ports/compute-view';
import { timestamp, type EffectContext } from '../effect';
import { failed, failedInternally } from './failed';
import { orUnanswered, unlessHeard } from './unanswered';
import type { VmEffect, VmTask } from './vm-effect';

export const insertVm: VmEffect = (task, context) => orUnanswered(task, context, () => requestInsert(task, context));

async function requestInsert(task: VmTask, context: EffectContext): Promise<VmUpdate | undefined> {
  const { vm } = task;
  const body = task.body();
  if (!context.isFresh()) return undefined;
  if (isStale(vm, context.now())) return abandon(task, context);
  const answer = await context.compute.insert(vm.zone, vm.requestId, body);
  if ('refused' in answer) return unlessHeard(failed(answer.refused, vm, context));
  if ('exists' in answer) return adopt(task, context);
  const { operation, id } = answer;
  return (known) => withStart({ ...known, ...(id !== undefined && { id }) }, { operation });
}

/** The intent is too old to act on. Finds out whether the invocation that wrote it made a VM. */
async function abandon(task: VmTask, context: EffectContext): Promise<VmUpdate | undefined> {
  const { vm } = task;
  if (await context.compute.get(vm.zone, vm.name)) return adopt(task, context);
  const message =
    'The VM was not created: mymlops was not running when it should have requested the VM, and by now that is too old';
  return unlessHeard(failedInternally('neverMade', message, vm, context));
}

/**
 * Something of our name exists: it is this VM, or the name is taken. A disk alone was left by an insert that failed late: it
 * is deleted, and another zone is tried.
 */
export async function adopt({ vm, labels }: VmTask, context: EffectContext): Promise<VmUpdate | undefined> {
  const isOurs = (found: CloudVm | CloudDisk): boolean => isSameVm(found, vm, labels);
  const existing = await context.compute.get(vm.zone, vm.name);
  // The VM has reported, and is gone: the sweep misses it, and finds out why.
  if (hasReported(vm) && !(existing && isOurs(existing))) return undefined;
  const disk = existing ? undefined : await context.compute.getDisk(vm.zone, vm.name);
  const found = existing ?? disk;
  if (!found) throw new Error(`Compute Engine says that ${vm.name} exists, and shows neither VM nor disk`);
  if (!isOurs(found)) {
    const message = `The VM was not created: a ${existing ? 'VM' : 'disk'} named ${found.name} exists in ${vm.zone} and is not ours`;
    return unlessHeard(failedInternally('alreadyExists', message, vm, context));
  }
  if (existing) return settledWell(context, existing.id);
  if (disk?.inUse) throw new Error(`the disk ${disk.name} is in use, and its VM is not there`);
  return unlessHeard(
    failedInternally('diskLeft', `The VM was not created in ${vm.zone}: only its disk was`, vm, context),
  );
}

/** The VM is on, though another invocation may have taken it for failed. `id`: where it is news. */
export function settledWell(context: EffectContext, id?: string): VmUpdate {
  const settledAt = timestamp(context);
  return (vm) => {
    const known = { ...vm, ...(id !== undefined && { id }) };
    // That it lacks its time limit was found since: it is on, and must not be.
    if (lacksTimeLimit(known)) return known;
    const { failure: _, ...start } = currentPeriod(known).start;
    return withPeriod(known, { start: { ...start, settledAt } });
  };
}
