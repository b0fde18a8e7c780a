// The next step for a VM that is wanted on, and for one that is wanted off. Pure.
import { currentPeriod, currentPeriodNumber, type VmRecord } from '@mymlops/protocol';
import { mayAct, type Moment } from '../action';
import { hasReported, lacksTimeLimit } from './record';
import type { VmStep } from './resources';

/** The next step of the newest period towards a VM that is on and whose time limit is verified. */
export function bringUp(vm: VmRecord, moment: Moment): VmStep['effect'] | undefined {
  // Without its time limit it must not stay on, whatever is wanted: another start may have it.
  if (lacksTimeLimit(vm)) return bringDown(vm, moment);
  const { start } = currentPeriod(vm);
  const isSent = start.operation !== undefined || start.settledAt !== undefined;
  if (!isSent && currentPeriodNumber(vm) > 1) return mayAct(start, moment) ? 'start' : undefined;
  // A VM that has reported is not inserted again: where it is gone by now, another one would come in its name.
  if (!isSent && !hasReported(vm)) return mayAct(start, moment) ? 'insert' : undefined;
  if (!start.settledAt) return 'await-start';
  return isTimeLimitUnknown(vm) ? 'verify-time-limit' : undefined;
}

/** Whether the VM has its time limit in this period is not known yet. */
export function isTimeLimitUnknown(vm: VmRecord): boolean {
  const { timeLimitVerifiedAt, start } = currentPeriod(vm);
  return !timeLimitVerifiedAt && !start.failure;
}

/** The newest period is over: the VM was seen down, or was not powered on at all. */
export function isPeriodOver(vm: VmRecord): boolean {
  const { start, down } = currentPeriod(vm);
  return down !== undefined || (start.failure !== undefined && !lacksTimeLimit(vm));
}

/** A stop is requested again for a VM that is not seen down by then: Google gives a shutdown script two minutes. */
const STOP_MS = 10 * 60_000;

/** The next step towards a VM that is off, its disk kept. That it is down is for the sweep to see. */
export function bringDown(vm: VmRecord, moment: Moment): VmStep['effect'] | undefined {
  const { start, stop } = currentPeriod(vm);
  if (vm.goneAt || isPeriodOver(vm)) return undefined;
  // A start that is under way is settled first.
  if (start.settledAt === undefined && !lacksTimeLimit(vm)) return bringUp(vm, moment);
  const isUnderWay = stop?.operation !== undefined && moment.nowMs - Date.parse(stop.requestedAt ?? stop.at) <= STOP_MS;
  return isUnderWay ? undefined : 'stop';
}
