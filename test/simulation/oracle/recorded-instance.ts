// What the instance's document says of its VMs, read without the code that is on trial.
import type { InstanceState, Period, VmRecord } from '@mymlops/protocol';
import { SPEC } from '../model/instance-kind';
import type { SimulatedVm } from '../model/vm';

/** Oldest first. */
export const periodsOf = ({ periods }: VmRecord): Period[] => Object.values(periods);

export const lastPeriod = (record: VmRecord): Period | undefined => periodsOf(record).at(-1);

export const wasMade = (record: VmRecord): boolean => {
  const [first] = periodsOf(record);
  return first?.start.settledAt !== undefined && first.start.failure === undefined;
};

/** Number and record of the VM. */
export function recordOf(state: InstanceState, { shown }: SimulatedVm): [number, VmRecord] | undefined {
  const found = Object.entries(state.vms).find(([, { zone, name }]) => zone === shown.zone && name === shown.name);
  return found && [Number(found[0]), found[1]];
}

/** Its user, or the deployment, has ended every period that was asked for. */
export const isStopped = ({ started, stopped }: InstanceState): boolean => started <= stopped;

/** When its VM, in the period in which it is on, is to be off at the latest. */
export function softStopMs({ until, current }: InstanceState, record: VmRecord): number {
  const { start } = lastPeriod(record) ?? {};
  const sinceMs = Date.parse(start?.startedAt ?? start?.at ?? '');
  const untilMs = until?.period === current ? Date.parse(until.at) : 0;
  return Math.max(sinceMs + SPEC.softStopSeconds * 1000, untilMs);
}
