// Why a VM is down, read off the operations of its zone. Pure.
import type { PowerOn, SeenDown } from '@mymlops/protocol';

/** An operation on a VM, whoever requested it. */
export interface VmOperation {
  /** Compute Engine's word: `insert`, `delete`, `compute.instances.preempted`, ... */
  type: string;
  /** ISO 8601, by Compute Engine's clock. */
  at: string;
  endedAt?: string;
}

export interface Disappearance {
  how: SeenDown['how'];
  /** When it was noticed. */
  nowMs: number;
  /** The VM's maxRunDuration. */
  limitSeconds: number;
  /** When this period began, for a VM that had others before: what was done to it then tells nothing of now. */
  since?: string;
}

/** Compute Engine's own acts on a VM; https://cloud.google.com/compute/docs/instances/preemptible#detecting_if_an_instance_was_preempted */
const SYSTEM_EVENT = 'compute.instances.';
const PREEMPTED = `${SYSTEM_EVENT}preempted`;
/** On another host, after its own failed or was maintained: https://cloud.google.com/compute/docs/instances/monitor-vm-events */
const RESTARTED = `${SYSTEM_EVENT}automaticRestart`;
/** Its host failed, or was maintained and the VM cannot move to another one. */
const HOSTS = [`${SYSTEM_EVENT}hostError`, `${SYSTEM_EVENT}terminateOnHostMaintenance`];
/** The VM works on. */
const NO_ENDINGS = [RESTARTED, `${SYSTEM_EVENT}migrateOnHostMaintenance`];

/** An operation that starts a VM may end some seconds after the VM runs, from when on its limit counts. */
const SLACK_MS = 60_000;

/** Undefined where the operations do not tell. A preemption ends in a deletion: the stronger word counts. */
export function causeIn(listed: readonly VmOperation[], disappearance: Disappearance): SeenDown['cause'] | undefined {
  const sinceMs = Date.parse(disappearance.since ?? '');
  const operations = untilReplaced(listed.filter((each) => !(startMs(each) < sinceMs)));
  if (operations.some(({ type }) => type === PREEMPTED)) return 'preempted';
  if (wasOverdue(operations, disappearance)) return 'time-limit';
  if (sinceLastStart(operations).some(({ type }) => HOSTS.includes(type))) return 'host';
  return operations.some(({ type }) => type === 'delete') ? 'deleted' : undefined;
}

/** An insert that follows an ending made another VM under the name: that one, and what is done to it, is not ours. */
function untilReplaced(operations: readonly VmOperation[]): readonly VmOperation[] {
  const endedMs = Math.min(...operations.filter(isEnding).map(startMs));
  const later = operations.filter((each) => each.type === 'insert' && startMs(each) > endedMs);
  const nextMs = Math.min(...later.map(startMs));
  // Operations without a time are kept.
  return operations.filter((each) => !(startMs(each) >= nextMs));
}

const isEnding = ({ type }: VmOperation): boolean =>
  type === 'delete' || (type.startsWith(SYSTEM_EVENT) && !NO_ENDINGS.includes(type));

const isStart = ({ type }: VmOperation): boolean => type === 'insert' || type === 'start' || type === RESTARTED;

/** A failure from which the VM came back has not ended it. */
function sinceLastStart(operations: readonly VmOperation[]): readonly VmOperation[] {
  const lastMs = Math.max(...operations.filter((each) => isStart(each) && each.at !== '').map(startMs));
  return operations.filter((each) => !(startMs(each) < lastMs));
}

const startMs = ({ at }: VmOperation): number => Date.parse(at);

/** Whether the VM may have come to the end of its maxRunDuration, which is counted from its start, after the intent. */
export function mayBeOverdue(start: Pick<PowerOn, 'at' | 'maxRunDurationSeconds'>, nowMs: number): boolean {
  return nowMs >= Date.parse(start.at) + start.maxRunDurationSeconds * 1000 - SLACK_MS;
}

/**
 * The VM had run for its maxRunDuration when it went away. The time tells, not a name: what Compute Engine calls this end
 * among a zone's operations is written nowhere that we know. It may not even be listed; then nothing else has ended the VM.
 */
function wasOverdue(operations: readonly VmOperation[], { how, nowMs, limitSeconds }: Disappearance): boolean {
  const started = operations.filter((each) => isStart(each) && each.endedAt !== undefined);
  if (started.length === 0) return false;
  const dueMs = Math.max(...started.map(({ endedAt }) => Date.parse(endedAt ?? ''))) + limitSeconds * 1000 - SLACK_MS;
  // A failure from which the VM came back has not ended it.
  const lastMs = Math.max(...started.map(startMs));
  const endings = operations.filter((each) => isEnding(each) && !(startMs(each) < lastMs));
  if (endings.length > 0) return Math.min(...endings.map(startMs)) >= dueMs;
  return how === 'gone' && nowMs >= dueMs;
}
