// The next step for a VM that is wanted on, and for one that is wanted off. Pure.
import type { VmRecord } from '@mymlops/protocol';
import { mayAct, type Moment } from '../action';
import { currentPeriod, currentPeriodNumber, hasReported } from './record';
import type { VmStep } from './resources';

/** The next step of the newest period towards a VM that is on and whose time limit is verified. */
export function bringUp(vm: VmRecord, moment: Moment): VmStep['effect'] | undefined {
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

/** The next step towards a VM that is off, its disk kept. That it is down is for the sweep to see. */
export function bringDown(vm: VmRecord, moment: Moment): VmStep['effect'] | undefined {
  const { start, stop, down } = currentPeriod(vm);
  if (down || vm.goneAt || start.failure || stop?.operation !== undefined) return undefined;
  // A start that is under way is settled first.
  return start.settledAt === undefined ? bringUp(vm, moment) : 'stop';
}
