// Small readings of an instance that several policies share. Pure.
import {
  currentPeriod,
  newestRecord,
  type InstanceReportState,
  type InstanceState,
  type ReportRecord,
  type VmRecord,
} from '@mymlops/protocol';
import { hasExisted, insertOf } from '../vm/record';

export const EMPTY_INSTANCE: InstanceState = {
  v: 1,
  started: 0,
  stopped: 0,
  current: 0,
  vmCount: 0,
  givenUp: 0,
  vms: {},
};

export type InstanceVm = VmRecord<InstanceReportState>;

/**
 * The VM that has, or is to get, the disk with the work; undefined before the first, after one that no zone had, and where somebody
 * has deleted the disk.
 */
export function workVm({ vms, vmCount, givenUp }: InstanceState): InstanceVm | undefined {
  const vm = vmCount > givenUp ? vms[vmCount] : undefined;
  return vm && isGone(vm) && hasExisted(vm) ? undefined : vm;
}

/** A period was requested, and nobody has ended it. */
export const isWanted = ({ started, stopped, deletion }: InstanceState): boolean => !deletion && started > stopped;

/** The requested period has a VM, or one that is on its way. */
export const isPlaced = ({ started, current }: InstanceState): boolean => current >= started;

/** The agent's newest report of this period, and when it came. */
export const agentReport = (vm: InstanceVm): ReportRecord<InstanceReportState> | undefined =>
  newestRecord('agent', currentPeriod(vm));

/** The state that it reports. */
export const agentState = (vm: InstanceVm): InstanceReportState | undefined => agentReport(vm)?.state;

/** When this period of the VM began, as far as is known. */
export function startedAtMs(vm: InstanceVm): number {
  const { start } = currentPeriod(vm);
  return Date.parse(start.startedAt ?? start.at);
}

/** When a VM that is on stops by itself at the latest: at its soft stop, or later if it was extended. */
export function stopsAtMs({ spec, until, current }: InstanceState, vm: InstanceVm): number {
  const softMs = startedAtMs(vm) + (spec?.softStopSeconds ?? 0) * 1000;
  return Math.max(softMs, untilMs({ until, current }));
}

/** Until then nothing but its user stops it. */
export const untilMs = ({ until, current }: Pick<InstanceState, 'until' | 'current'>): number =>
  until?.period === current ? Date.parse(until.at) : 0;

/** No zone, or not this one, has made it. */
export const isRefused = (vm: InstanceVm): boolean => insertOf(vm).failure !== undefined;

/** VM and disk are. */
export const isGone = ({ goneAt, diskGoneAt }: VmRecord): boolean => goneAt !== undefined && diskGoneAt !== undefined;
