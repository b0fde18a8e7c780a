// Deletes a VM of a document, and its disk unless the document keeps that.
import { isInternal } from '../../engine/vm/internal-failures';
import { insertOf } from '../../engine/vm/record';
import { OPERATION_WAIT_SECONDS, timestamp, type EffectContext } from '../effect';
import { deleteDisk, deleteVmOnly, deleteVmWithDisk, type DeletionTarget } from './delete-vm';
import type { VmEffect, VmTask } from './vm-effect';

const targetOf = ({ vm }: VmTask, { settings }: EffectContext): DeletionTarget => ({
  zone: vm.zone,
  name: vm.name,
  deployment: settings.deployment,
});

export const deleteVm: VmEffect = async (task, context) => {
  const { vm, isDiskKept } = task;
  const { failure, operation } = insertOf(vm);
  if (!context.isFresh()) return undefined;
  // Given up while it was under way: its VM may still come, and absence proves nothing.
  if (operation !== undefined && isInternal(failure, 'unanswered')) {
    const state = await context.compute.awaitOperation(vm.zone, operation, OPERATION_WAIT_SECONDS);
    if (!state.done) return undefined;
  }
  const isGone = await (isDiskKept ? deleteVmOnly : deleteVmWithDisk)(targetOf(task, context), context.compute);
  if (!isGone) return undefined;
  const at = timestamp(context);
  return (known) => ({ ...known, goneAt: at, ...(known.keepsDisk && !isDiskKept && { diskGoneAt: at }) });
};

/** The disk of a VM that is gone. */
export const deleteKeptDisk: VmEffect = async (task, context) => {
  if (!context.isFresh()) return undefined;
  if (!(await deleteDisk(targetOf(task, context), context.compute))) return undefined;
  const diskGoneAt = timestamp(context);
  return (known) => ({ ...known, diskGoneAt });
};
