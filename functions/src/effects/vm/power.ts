// Powers a VM that exists on and off again: its disk stays.
import { isSameVm } from '../../engine/vm/identity';
import { currentPeriod, currentPeriodNumber, withPeriod, withStart } from '../../engine/vm/record';
import { requestIdOf } from '../../engine/vm/request-id';
import { OPERATION_WAIT_SECONDS, timestamp } from '../effect';
import { failed } from './failed';
import type { VmEffect } from './vm-effect';

/**
 * Starts a stopped VM for its newest period. First the scripts and settings of now, and the time limit of this period: the VM
 * may be months old. A VM that is gone is for the sweep to see.
 */
export const startVm: VmEffect = async (task, context) => {
  const { vm, labels } = task;
  const { compute } = context;
  const { items } = task.body().metadata;
  if (!context.isFresh()) return undefined;
  const found = await compute.get(vm.zone, vm.name);
  if (!found || !isSameVm(found, vm, labels)) return undefined;
  const { maxRunDurationSeconds } = currentPeriod(vm).start;
  if (found.maxRunDurationSeconds !== maxRunDurationSeconds || found.terminationAction !== vm.terminationAction) {
    const limit = { maxRunDurationSeconds, terminationAction: vm.terminationAction };
    const answer = await compute.setScheduling(vm.zone, vm.name, limit);
    if (!answer) return undefined;
    if ('refused' in answer) return failed(answer.refused, vm, context);
    // A start beside a change that is under way is refused.
    const changed = await compute.awaitOperation(vm.zone, answer.operation, OPERATION_WAIT_SECONDS);
    if (!changed.done) return undefined;
    if (changed.failure) return failed(changed.failure, vm, context);
  }
  const values = Object.fromEntries(items.map(({ key, value }) => [key, value]));
  if (!(await compute.setMetadata(vm.zone, vm.name, (seen) => isSameVm(seen, vm, labels), values))) return undefined;
  const answer = await compute.start(vm.zone, vm.name, requestIdOf(vm.name, 'start', currentPeriodNumber(vm)));
  if (!answer) return undefined;
  if ('refused' in answer) return failed(answer.refused, vm, context);
  const { operation } = answer;
  return (known) => withStart(known, { operation });
};

/** Stops a VM. That it is down is for the sweep to see. */
export const stopVm: VmEffect = async ({ vm, labels }, context) => {
  if (!context.isFresh()) return undefined;
  const found = await context.compute.get(vm.zone, vm.name);
  if (!found || !isSameVm(found, vm, labels)) return undefined;
  const requestId = requestIdOf(vm.name, 'stop', currentPeriodNumber(vm));
  const operation = await context.compute.stop(vm.zone, vm.name, { requestId });
  if (operation === undefined) return undefined;
  const at = timestamp(context);
  return (known) => withPeriod(known, { stop: { ...(currentPeriod(known).stop ?? { at }), operation } });
};
