// Facts that the oracle reads from the instance's document: not by the code that the simulation tests.
import type { InstanceState, Period, VmRecord } from '@mymlops/protocol';
import { SPEC } from '../model/instance-kind';
import { periodsOf } from './recorded-vm';

export const lastPeriod = (record: VmRecord): Period | undefined => periodsOf(record).at(-1);

/** Its user, or the deployment, has ended every period that was asked for. */
export const isStopped = ({ started, stopped }: InstanceState): boolean => started <= stopped;

/** In VM `number`'s newest period a report has arrived that it powers itself off, as nobody works on it. */
export function saidThatItGoes({ vms }: InstanceState, number: number): boolean {
  const { reports = {} } = Object.values(vms[number]?.periods ?? {}).at(-1) ?? {};
  return Object.values(reports).some(({ state }) => state.answer?.says === 'going');
}

/** When its VM, in the period in which it is on, is to be off at the latest. */
export function softStopMs({ until, current }: InstanceState, record: VmRecord): number {
  const { start } = lastPeriod(record) ?? {};
  const sinceMs = Date.parse(start?.startedAt ?? start?.at ?? '');
  const untilMs = until?.period === current ? Date.parse(until.at) : 0;
  return Math.max(sinceMs + SPEC.softStopSeconds * 1000, untilMs);
}
