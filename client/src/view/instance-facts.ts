// Small readings of an instance that several commands share.
import {
  currentPeriod,
  type InstanceDocument,
  type InstanceReportState,
  instanceVmPrefix,
  newestReport,
  type VmRecord,
} from '@mymlops/protocol';

type Vm = VmRecord<InstanceReportState>;
type State = Pick<InstanceDocument, 'vms' | 'vmCount' | 'givenUp'>;

/** The VM that has the disk; undefined before the first one is made, and after one that no zone had. */
export const newestVm = ({ vms, vmCount, givenUp }: State): Vm | undefined =>
  vmCount > givenUp ? vms[vmCount] : undefined;

/** The newest report of this period's agent. */
export function agentSays(document: State): InstanceReportState | undefined {
  const vm = newestVm(document);
  return vm && newestReport('agent', currentPeriod(vm));
}

/** Below it lie the objects of its VM in the results bucket; undefined without a VM. */
export function objectsOf(name: string, document: State & Pick<InstanceDocument, 'uid'>): string | undefined {
  const { uid, vmCount } = document;
  return uid === undefined || !newestVm(document) ? undefined : instanceVmPrefix(name, uid, vmCount);
}

/** Its user has asked for a period that nobody has ended. */
export const isWanted = ({ started, stopped, deletion }: InstanceDocument): boolean => !deletion && started > stopped;

/** A VM of it is on, or on its way. */
export const isOn = ({ status }: Pick<InstanceDocument, 'status'>): boolean =>
  ['queued', 'provisioning', 'starting', 'ready', 'unready', 'stopping'].includes(status);

/** When Google stops its VM, whatever mymlops does; undefined while it has none. */
export function endsAtMs(document: State): number | undefined {
  const vm = newestVm(document);
  if (!vm) return undefined;
  const { start } = currentPeriod(vm);
  return Date.parse(start.startedAt ?? start.at) + start.maxRunDurationSeconds * 1000;
}
