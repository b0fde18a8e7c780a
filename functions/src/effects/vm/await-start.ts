// Finds out how an insert or a start ended that was requested.
import { currentPeriod, currentPeriodNumber } from '@mymlops/protocol';
import { type VmUpdate } from '../../engine/vm/record';
import { OPERATION_WAIT_SECONDS, type EffectContext } from '../effect';
import { failed } from './failed';
import { adopt, settledWell } from './insert';
import { orUnanswered } from './unanswered';
import type { VmEffect, VmTask } from './vm-effect';

export const awaitStart: VmEffect = (task, context) =>
  currentPeriodNumber(task.vm) === 1
    ? orUnanswered(task, context, () => settle(task, context, adopt))
    : settle(task, context, () => Promise.resolve(undefined));

async function settle(
  task: VmTask,
  context: EffectContext,
  withoutOperation: (task: VmTask, context: EffectContext) => Promise<VmUpdate | undefined>,
): Promise<VmUpdate | undefined> {
  const { vm } = task;
  const { operation } = currentPeriod(vm).start;
  if (!operation) return withoutOperation(task, context);
  const state = await context.compute.awaitOperation(vm.zone, operation, OPERATION_WAIT_SECONDS);
  if (!state.done) return undefined;
  return state.failure ? failed(state.failure, vm, context) : settledWell(context);
}
