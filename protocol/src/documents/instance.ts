// The document `instances/{name}`: an interactive VM with a disk that outlives its periods. The fields at the top are derived
// from the ones below them at every write. Times are ISO 8601 in UTC. Absent means not (yet) known. The document of a deleted
// instance stays under its name, so that a late message is not taken for one about the next instance of that name.
import type { InstanceReportState, Signal, SignalName } from '../messages/instance-report';
import type { InstanceSpec } from '../messages/instance-requests';
import type { CapacityWait, HeldSlots, VmRecord } from './vm';

export const INSTANCE_STATES = [
  'queued',
  'provisioning',
  'starting',
  'ready',
  'unready',
  'stopping',
  'stopped',
  'failed',
  'deleting',
  'deleted',
] as const;
export type InstanceStatus = (typeof INSTANCE_STATES)[number];

/** Why a period is over. */
export const STOP_REASONS = [
  'user',
  'idle',
  'soft-stop',
  'time-limit',
  'preempted',
  'host',
  'by-hand',
  'no-capacity',
  'quota',
  'refused',
  'gone',
  'internal',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** Whether somebody works, as the signals of the VM say. */
export type Verdict =
  /** Idle for so many seconds, by every signal that the VM has. */
  | { says: 'idle'; seconds: number }
  /** That signal keeps it alive. */
  | { says: 'busy' | 'unknown'; signal: SignalName; detail?: string }
  /** That signal was the last one that was busy, so many seconds ago: less than the window. */
  | { says: 'recent'; signal: SignalName; seconds: number }
  /** The VM has not told enough yet. */
  | { says: 'silent' };

export interface InstanceStop {
  period: number;
  reason: StopReason;
  message: string;
  at: string;
  by?: string;
  /** The verdict that it was stopped by, with the signals of then. */
  verdict?: Verdict;
  signals?: Partial<Record<SignalName, Signal>>;
}

/** Derived for the reader; never an input of a decision. */
export interface InstanceSummary {
  status: InstanceStatus;
  reason?: StopReason;
  message: string;
  owner?: string;
  profile?: string;
  /** When the newest period began. */
  startedAt?: string;
  /** When it stops by itself at the latest, if it is on. */
  stopsAt?: string;
  stoppedAt?: string;
  zone?: string;
  machine?: string;
  live: boolean;
}

/** The part that decisions are made on. */
export interface InstanceState {
  v: 1;
  uid?: string;
  owner?: string;
  createdAt?: string;
  /** As the newest start had it. The VM gets it at its next start. */
  spec?: InstanceSpec;
  /** The period that was requested last; since when, and how long it may wait for a VM. */
  started: number;
  wait?: { since: string; seconds: number };
  /** Periods up to this one are over, or are to be. */
  stopped: number;
  /** The period that the newest VM is or was on in. */
  current: number;
  /** Number of the last VM that was decided on; VMs up to `givenUp` were refused, and are of no use. */
  vmCount: number;
  givenUp: number;
  until?: { period: number; at: string };
  /** The newest end of a period. */
  stop?: InstanceStop;
  /** To stop because nobody works: the VM answers. */
  proposal?: { period: number; number: number; at: string; verdict: Verdict };
  /** The last word to the VM. */
  told?: { period: number; at: string; stopsAt: string; proposal?: number };
  deletion?: { by: string; at: string };
  deletedAt?: string;
  /** Uids of earlier instances of this name, newest last. */
  earlier?: string[];
  vms: Record<string, VmRecord<InstanceReportState>>;
  capacity?: CapacityWait;
  slots?: HeldSlots;
  removing?: { by: string; at: string };
}

export type InstanceDocument = InstanceSummary & InstanceState;
