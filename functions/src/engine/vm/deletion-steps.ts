// How a VM that nothing needs is brought to its deletion, step by step, and from when it can no longer bill. Whether it is
// needed is the rule of its kind (`run/needed-vms.ts`). Pure.
import { currentPeriod, currentPeriodNumber, type VmRecord } from '@mymlops/protocol';
import { isLeftLying, type Moment } from '../action';
import { lastRequestMs } from './insert-deadlines';
import { hasExisted, insertOf, lacksTimeLimit } from './record';
import type { Resources, VmStep } from './resources';

/** How long the next VM waits for the proof that the last one is gone; its fence holds in any case. */
export const REMOVAL_MS = 5 * 60_000;

/** The next step towards "gone" of each VM that has one. */
export function deletions({ vms, disks }: Resources, moment: Moment): VmStep[] {
  return vms.flatMap(({ number, vm, wanted }): VmStep[] => {
    const isDiskKept = disks.some((disk) => disk.number === number && disk.wanted === 'kept');
    if (vm.goneAt) return vm.keepsDisk && !vm.diskGoneAt && !isDiskKept ? [{ effect: 'delete-disk', vm: number }] : [];
    if (wanted !== 'absent') return [];
    const effect = deletionStep(vm, moment);
    return effect ? [{ effect, vm: number }] : [];
  });
}

/** Absence proves nothing while an insert is under way: it is settled first. */
function deletionStep(vm: VmRecord, moment: Moment): VmStep['effect'] | undefined {
  const { start } = currentPeriod(vm);
  if ((hasExisted(vm) || insertOf(vm).failure) && !mayBeMadeAgain(vm)) return 'delete';
  if (!vm.fencedAt) return 'fence';
  if (isSent(start)) return 'await-start';
  // An intent without a result: its own actor settles it, or after a while the deletion proves that it made nothing. Whoever
  // has taken it over right before the fence has requested a VM that Compute Engine does not show yet.
  return isLeftLying(start, vm.fencedAt, moment) ? 'delete' : undefined;
}

/** A start under way makes a VM that somebody has deleted once more: that is an insert, too. */
function mayBeMadeAgain(vm: VmRecord): boolean {
  const { start, down, reports } = currentPeriod(vm);
  return currentPeriodNumber(vm) > 1 && start.settledAt === undefined && !start.failure && !down && !reports;
}

/** The call was made: Compute Engine answered it with an operation. */
const isSent = ({ operation }: { operation?: string }): boolean => operation !== undefined;

/** VMs that nothing needs and nobody has proven gone. */
export const unproven = ({ vms }: Resources): VmRecord[] =>
  vms.flatMap(({ vm, wanted }) => (vm.goneAt || wanted !== 'absent' ? [] : [vm]));

/** By then Google has ended a VM at its maxRunDuration. */
const OVERDUE_MS = 3_600_000;

/** The VM does not bill: it is proven gone, or has been on for longer than Google lets it. */
export function cannotBill(vm: VmRecord, nowMs: number): boolean {
  if (vm.goneAt) return true;
  const onMs = lastOnMs(vm);
  // The request named the limit. A zone that has not answered since shows nobody whether Google kept it.
  if (onMs === undefined || lacksTimeLimit(vm)) return false;
  return nowMs > onMs + currentPeriod(vm).start.maxRunDurationSeconds * 1000 + OVERDUE_MS;
}

/** When the VM was powered on at the latest, if it was. Undefined for a start, which may be requested at any time. */
function lastOnMs(vm: VmRecord): number | undefined {
  const { settledAt, failure } = currentPeriod(vm).start;
  const settledMs = settledAt === undefined ? undefined : Date.parse(settledAt);
  if (currentPeriodNumber(vm) > 1 || (settledMs !== undefined && !failure)) return settledMs;
  return Math.min(lastRequestMs(vm), settledMs ?? Infinity);
}
