// The run document `runs/{run}`. Observations merge, decisions are written once, status is read off: the fields at the
// top are derived from the ones below them at every write, for the person who reads the Firestore console.
// Times are ISO 8601 in UTC. Absent means not (yet) known.
import type { Reason } from '../reasons';
import type { Phase, ReportState } from '../messages/report';
import type { CommitRequest } from '../messages/run-requests';
import type { Attempt, AttemptArchive } from './attempt';
import type { Results } from './results';
import type { CapacityWait, HeldSlots } from './vm';

export const STATUSES = [
  'queued',
  'provisioning',
  'running',
  'recovering',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type Status = (typeof STATUSES)[number];
export type EndStatus = 'succeeded' | 'failed' | 'cancelled';

/** Derived for the reader; never an input of a decision. */
export interface RunSummary {
  status: Status;
  reason?: Reason;
  message: string;
  phase?: Phase;
  notebook?: string;
  notes?: string;
  profile?: string;
  /** The run that this one does again. */
  retryOf?: string;
  submittedBy?: string;
  /** By the sender's clock; if that is far from the time of acceptance, the time of acceptance. Runs are ordered by it. */
  submittedAt?: string;
  /** When a VM first began to work for it; absent while it has only waited. */
  startedAt?: string;
  /** When its results were saved; without results, when its end was decided. */
  finishedAt?: string;
  zone?: string;
  machine?: string;
  attempt?: number;
  /** The cell that is running, of how many. */
  progress?: { cell: number; cells: number };
  resultsUrl?: string;
  /** The objects of its snapshot. They stay in the bucket while a run names them. */
  snapshot?: string[];
  /** Its VM stays for its user until then (`-k`), unless it is released before. */
  keptUntil?: string;
  /** Something of this run may still need doing. The sweep's only query. */
  live: boolean;
}

export interface RunEnd {
  status: EndStatus;
  reason?: Reason;
  message: string;
  /** The attempt that earned it; absent where none ran. */
  attempt?: number;
  at: string;
}

export type Publication =
  | { state: 'pending' }
  | { state: 'done'; commit: string; at: string }
  | { state: 'failed'; message: string; at: string };

/** The part that decisions are made on. */
export interface RunState {
  v: 1;
  /** As accepted, never changed. Absent while only a cancel has arrived. */
  request?: CommitRequest;
  acceptedAt?: string;
  cancel?: { by: string; at: string };
  /** The newest ones, and all that had a VM; older ones without one are in `runs/{run}/attempts/{n}`. */
  attempts: Record<string, Attempt>;
  archive?: AttemptArchive;
  capacity?: CapacityWait;
  slots?: HeldSlots;
  end?: RunEnd;
  results?: Results;
  /** Absent: no output repository. */
  publication?: Publication;
  /** VM and disk of every attempt are proven gone and the publication is settled. */
  cleanedAt?: string;
  /** The user asked to remove the run, and it was settled: nothing of it changes any more, it only goes away. */
  removing?: { by: string; at: string };
}

export type RunDocument = RunSummary & RunState;

/** Audit document of a lifecycle report, `runs/{run}/events/{reportId}`: never changed. */
export interface EventDocument {
  v: 1;
  attempt: number;
  writer: 'agent' | 'shutdown';
  boot: string;
  seq: number;
  /** The VM's clock, and Pub/Sub's. */
  sentAt: string;
  receivedAt: string;
  state: ReportState;
}

/** The rest of a removed run, `removed/{run}`: longer than any message about it can be on its way. */
export interface RemovedDocument {
  v: 1;
  by: string;
  at: string;
  /** Stored as a Timestamp: Firestore deletes the document after it (a TTL policy). */
  expiresAt: Date;
}

/** Pub/Sub keeps a dead letter for 31 days; a function's clock and the TTL policy are days off at most. */
export const REMOVED_DAYS = 90;
