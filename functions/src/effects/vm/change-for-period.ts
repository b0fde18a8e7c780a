// Changes a stopped VM where its newest period differs from the one before it: time limit, machine type, size of the disk.
// Google changes the first two only while the VM is off.
// https://cloud.google.com/compute/docs/instances/changing-machine-type-of-stopped-instance
import { currentPeriod } from '@mymlops/protocol';
import { isDown } from '../../engine/vm/match';
import type { VmUpdate } from '../../engine/vm/record';
import type { CloudAnswer } from '../../ports/cloud-answer';
import type { CloudVm } from '../../ports/compute-view';
import { OPERATION_WAIT_SECONDS, type EffectContext } from '../effect';
import { failed } from './failed';
import { settledWell } from './insert';
import type { VmTask } from './vm-effect';

/** `instead`: there is no start, and this is its result; undefined while a change is under way. */
export type Change = 'ready' | { instead: VmUpdate | undefined };

/** May be called again: what is right already is left alone. */
export async function changeForPeriod(task: VmTask, found: CloudVm, context: EffectContext): Promise<Change> {
  const isOff = isDown(found);
  const { vm } = task;
  const { compute } = context;
  const limit = { maxRunDurationSeconds: currentPeriod(vm).start.maxRunDurationSeconds };
  const { terminationAction } = vm;
  if (found.maxRunDurationSeconds !== limit.maxRunDurationSeconds || found.terminationAction !== terminationAction) {
    // A user has started it by hand just now: the look at its time limit shows that it has another one.
    if (!isOff) return { instead: settledWell(context) };
    const change = await made(
      await compute.setScheduling(vm.zone, vm.name, { ...limit, terminationAction }),
      task,
      context,
    );
    if (change !== 'ready') return change;
  }
  if (isOff && found.machineType !== undefined && found.machineType !== vm.machine) {
    const change = await made(await compute.setMachineType(vm.zone, vm.name, vm.machine), task, context);
    if (change !== 'ready') return change;
  }
  return isOff ? growDisk(task, context) : 'ready';
}

/** A disk that is larger than it need be stays as it is. */
async function growDisk(task: VmTask, context: EffectContext): Promise<Change> {
  const { vm } = task;
  const [boot] = task.body().disks;
  const wantedGb = Number(boot?.initializeParams?.diskSizeGb ?? 0);
  if (wantedGb === 0) return 'ready';
  const { sizeGb = Infinity } = (await context.compute.getDisk(vm.zone, vm.name)) ?? {};
  if (sizeGb >= wantedGb) return 'ready';
  return made(await context.compute.resizeDisk(vm.zone, vm.name, wantedGb), task, context);
}

/** A start beside a change that is under way is refused: its end is awaited. */
async function made(answer: CloudAnswer, { vm }: VmTask, context: EffectContext): Promise<Change> {
  if (!answer) return { instead: undefined };
  if ('refused' in answer) return { instead: failed(answer.refused, vm, context) };
  const changed = await context.compute.awaitOperation(vm.zone, answer.operation, OPERATION_WAIT_SECONDS);
  if (!changed.done) return { instead: undefined };
  return changed.failure ? { instead: failed(changed.failure, vm, context) } : 'ready';
}
