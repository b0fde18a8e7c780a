// A zone that does not say what became of an insert.
import { currentPeriod } from '@mymlops/protocol';
import { isUnansweredTooLong } from '../../engine/vm/insert-deadlines';
import { hasReported, type VmUpdate } from '../../engine/vm/record';
import type { EffectContext } from '../effect';
import { checkLiveness } from './check-liveness';
import { failedInternally } from './failed';
import { newestObject } from './newest-object';
import type { VmTask } from './vm-effect';

/** Does `work`; where it fails for too long, the insert counts as failed. */
export async function orUnanswered(
  task: VmTask,
  context: EffectContext,
  work: () => Promise<VmUpdate | undefined>,
): Promise<VmUpdate | undefined> {
  try {
    return await work();
  } catch (error) {
    const { vm } = task;
    if (!isUnansweredTooLong(vm, context.now())) throw error;
    if (hasReported(vm) || currentPeriod(vm).liveness?.newestObjectAt) throw error;
    // The VM's first act is its claim in the results bucket. From then on its reports and objects decide.
    if (await newestObject(task, context)) return checkLiveness(task, context);
    const message = `${vm.zone} has not answered for 30 minutes whether the VM was created (${String(error)})`;
    return unlessHeard(failedInternally('unanswered', message, vm, context));
  }
}

/** A report of the VM itself counts more, and so does another invocation's record that the VM exists. */
export const unlessHeard =
  (update: VmUpdate): VmUpdate =>
  (vm) =>
    hasReported(vm) || currentPeriod(vm).start.settledAt ? vm : update(vm);
