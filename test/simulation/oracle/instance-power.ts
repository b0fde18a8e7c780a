// Checks each call that starts or stops an instance's VM: violations are calls that the deployment should not make.
import { instanceOf } from '../model/instance';
import { isInstances } from '../model/instance-labels';
import type { SimulatedVm } from '../model/vm';
import type { Invocation, World } from '../model/world';
import { isStopped, lastPeriod } from './recorded-instance';
import { isLate, LOOK_MS, recordOf } from './recorded-vm';

/** Nobody stops a VM whose period goes on, nor one that was started by hand in a period that nobody knows of. */
export function checkInstanceStop(world: World, vm: SimulatedVm, invocation: Invocation): void {
  const { oracle, timeline } = world;
  const state = isInstances(vm.shown) ? instanceOf(world)?.state : undefined;
  if (!state || vm.shown.status !== 'RUNNING' || state.deletion || isLate(invocation)) return;
  const [number, record] = recordOf(state, vm) ?? [];
  if (!record || number !== state.vmCount) return;
  const last = lastPeriod(record);
  const isLimited = vm.shown.maxRunDurationSeconds === last?.start.maxRunDurationSeconds;
  if (!isStopped(state) && state.current === state.started && isLimited)
    oracle.violate(`${vm.key} was stopped and is to be on`);
  const lastStart = vm.starts.at(-1);
  const startedAt = last?.start.startedAt;
  if (!lastStart?.isByHand || startedAt === undefined) return;
  if (startedAt === lastStart.at) {
    if (isLimited && Date.parse(state.stop?.at ?? '') < Date.parse(startedAt))
      oracle.violate(`${vm.key} was started by hand and stopped, and nothing since then says why`);
    return;
  }
  if (timeline.nowMs - Date.parse(lastStart.at) > LOOK_MS)
    oracle.violate(`${vm.key} was stopped in a period that nobody knows of`);
}

/** Nobody starts a VM but for a period that waits for it. */
export function checkInstanceStart(world: World, vm: SimulatedVm, invocation: Invocation): void {
  const state = isInstances(vm.shown) ? instanceOf(world)?.state : undefined;
  if (!state || vm.shown.status === 'RUNNING' || isLate(invocation)) return;
  const [number, record] = recordOf(state, vm) ?? [];
  const last = record && lastPeriod(record);
  const isWaiting = number === state.vmCount && last?.start.settledAt === undefined && !last?.down;
  const isDeleted = state.deletion && world.timeline.nowMs - Date.parse(state.deletion.at) > LOOK_MS;
  if (!isWaiting || isDeleted) world.oracle.violate(`${vm.key} was started, and no period of it waits for that`);
}
