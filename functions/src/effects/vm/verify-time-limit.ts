// Reads maxRunDuration and the termination action back: a VM that could outlive us must not live.
import { currentPeriod } from '@mymlops/protocol';
import { withPeriod, withStart, type VmUpdate } from '../../engine/vm/record';
import { isSameVm, newIdOf } from '../../engine/vm/identity';
import { timestamp } from '../effect';
import { failedInternally } from './failed';
import type { VmEffect } from './vm-effect';

export const verifyTimeLimit: VmEffect = async ({ id, vm, labels }, context) => {
  const found = await context.compute.get(vm.zone, vm.name);
  // Gone already, and perhaps its name is another one's: the sweep misses it too, and finds out why.
  if (!found || !isSameVm(found, vm, labels)) return undefined;
  const { maxRunDurationSeconds } = currentPeriod(vm).start;
  const { lastStartAt } = found;
  const noteStart: VmUpdate = (known) =>
    withStart(known, {
      ...(lastStartAt !== undefined && { startedAt: lastStartAt }),
      ...currentPeriod(known).start,
      ...newIdOf(known, found.id),
    });
  if (found.terminationAction === vm.terminationAction && found.maxRunDurationSeconds === maxRunDurationSeconds) {
    const timeLimitVerifiedAt = timestamp(context);
    return (known) => withPeriod(noteStart(known), { timeLimitVerifiedAt });
  }
  context.log('ERROR', 'VM without its time limit', { id, vm: vm.name, zone: vm.zone });
  const fail = failedInternally('noTimeLimit', 'Compute Engine created the VM without its time limit', vm, context);
  return (known) => fail(noteStart(known));
};
