// Powers a VM that exists on and off again: its disk stays. Google knows no condition for these calls: who was frozen looks at
// the VM again, and the request id makes a repeated call the first one, for as long as Google remembers that.
import { currentPeriod, currentPeriodNumber, hasLocalSsd } from '@mymlops/protocol';
import { isSameVm, newIdOf } from '../../engine/vm/identity';
import { isDown, isGoingDown } from '../../engine/vm/match';
import { withPeriod, withStart } from '../../engine/vm/record';
import { requestIdOf } from '../../engine/vm/request-id';
import { observeStartByHand } from '../../engine/vm/start-by-hand';
import type { CloudVm } from '../../ports/compute-view';
import { timestamp } from '../effect';
import { failed } from './failed';
import { changeForPeriod } from './change-for-period';
import { makeAgain, nameTaken } from './make-again';
import type { VmEffect } from './vm-effect';

/**
 * Starts a stopped VM for its newest period. First the scripts and settings of now, and the differences between this period and
 * the last one: the VM may be months old. One that somebody has deleted is made again on the disk that it left.
 */
export const startVm: VmEffect = async (task, context) => {
  const { vm, labels } = task;
  const { compute } = context;
  const { items } = task.body().metadata;
  const found = await compute.get(vm.zone, vm.name);
  if (!context.isFresh()) return undefined;
  if (!found) return makeAgain(task, context);
  if (!isSameVm(found, vm, labels)) return nameTaken(task, found, context);
  // On its way up or down: it is looked at again in a minute.
  if (!isDown(found) && found.status !== 'RUNNING') return undefined;
  const changed = await changeForPeriod(task, found, context);
  if (changed !== 'ready') return changed.instead;
  const values = Object.fromEntries(items.map(({ key, value }) => [key, value]));
  const isAsFound = (seen: CloudVm): boolean => isSameVm(seen, vm, labels) && seen.lastStartAt === found.lastStartAt;
  if (!(await compute.setMetadata(vm.zone, vm.name, isAsFound, values))) return undefined;
  if (!context.isFresh()) return undefined;
  const answer = await compute.start(vm.zone, vm.name, requestIdOf(vm.name, 'start', currentPeriodNumber(vm)));
  if (!answer) return undefined;
  if ('refused' in answer) return failed(answer.refused, vm, context);
  const { operation } = answer;
  // News where it was made again, and the answer to that was lost.
  return (known) => withStart(known, { operation, ...newIdOf(known, found.id) });
};

/** Stops a VM. That it is down is for the sweep to see. */
export const stopVm: VmEffect = async ({ vm, labels }, context) => {
  const found = await context.compute.get(vm.zone, vm.name);
  if (!found || !isSameVm(found, vm, labels) || isDown(found) || isGoingDown(found)) return undefined;
  const { lastStartAt } = found;
  // It is on since a start by hand, which is another period: the sweep opens it.
  if (lastStartAt !== undefined && observeStartByHand(vm, lastStartAt) !== vm) return undefined;
  const tries = (currentPeriod(vm).stop?.tries ?? 0) + 1;
  const requestId = requestIdOf(vm.name, 'stop', currentPeriodNumber(vm), tries);
  // Before the call, however long that takes: a start by hand that follows it is to be told from this period's.
  const at = timestamp(context);
  if (!context.isFresh()) return undefined;
  const operation = await context.compute.stop(vm.zone, vm.name, {
    requestId,
    ...(hasLocalSsd(vm.machine) && { discardLocalSsd: true }),
  });
  if (operation === undefined) return undefined;
  return (known) => {
    const { start, stop } = currentPeriod(known);
    if ((stop?.tries ?? 0) > tries) return known;
    return withPeriod(known, {
      start: { ...(lastStartAt !== undefined && { startedAt: lastStartAt }), ...start },
      stop: { at: stop?.at ?? at, requestedAt: at, operation, tries },
    });
  };
};
