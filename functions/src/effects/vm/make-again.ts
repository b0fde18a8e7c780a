// A VM that somebody has deleted, and whose disk stayed, is made once more on that disk: same name, same zone, another numeric id.
import { currentPeriodNumber } from '@mymlops/protocol';
import { isSameVm, type Labelled } from '../../engine/vm/identity';
import { onKeptDisk } from '../../engine/vm/insert-body';
import { observeDown } from '../../engine/vm/observe';
import { withStart, type VmUpdate } from '../../engine/vm/record';
import { requestIdOf } from '../../engine/vm/request-id';
import { timestamp, type EffectContext } from '../effect';
import { failed, failedInternally } from './failed';
import type { VmTask } from './vm-effect';

/**
 * Undefined when there is nothing new yet: the next look finds the VM that an earlier call, whose answer was lost, has made. The
 * request id makes a repeated call the first one. Where the disk is gone, too, there is nothing left of the VM.
 */
export async function makeAgain(task: VmTask, context: EffectContext): Promise<VmUpdate | undefined> {
  const { vm, labels } = task;
  const { compute } = context;
  const disk = await compute.getDisk(vm.zone, vm.name);
  if (!context.isFresh()) return undefined;
  if (!disk || !isSameVm(disk, vm, labels)) return nothingLeft(context);
  if (disk.inUse) {
    const message = `Its disk ${vm.name} in ${vm.zone} is attached to another VM`;
    return failedInternally('diskInUse', message, vm, context);
  }
  const requestId = requestIdOf(vm.name, 'make again', currentPeriodNumber(vm));
  const answer = await compute.insert(vm.zone, requestId, onKeptDisk(task.body(), vm));
  if ('exists' in answer) return undefined;
  if ('refused' in answer) return failed(answer.refused, vm, context);
  const { operation, id } = answer;
  return (known) => withStart(known, { operation, ...(id !== undefined && { id }) });
}

function nothingLeft(context: EffectContext): VmUpdate {
  const at = timestamp(context);
  return (known) => ({ ...observeDown(known, { at, how: 'gone' }), goneAt: at, diskGoneAt: at });
}

/** A user has made a VM of that name, without the labels. */
export function nameTaken({ vm }: VmTask, found: Labelled, context: EffectContext): VmUpdate {
  const message = `Another VM has its name, ${vm.name} in ${vm.zone}, and lacks its labels (id ${found.id})`;
  return failedInternally('nameTaken', message, vm, context);
}
