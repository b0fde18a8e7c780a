// The run document `runs/{run}`. Observations merge, decisions are written once, status is read off: the fields at the
// top are derived from the ones below them at every write, for the person who reads the Firestore console.
// Times are ISO 8601 in UTC. Absent means not (yet) known.
import type { CellPlace } from '../text/code-cell';
import type { Reason } from '../reasons';
import type { ParametersUse } from '../messages/parameters';
import type { Phase, ReportState } from '../messages/report';
import type { CommitRequest } from '../messages/request';

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
  submittedAt?: string;
  /** When a machine first began to work for it; absent while it has only waited. */
  startedAt?: string;
  /** When its results were saved; where there are none, when its end was decided. */
  finishedAt?: string;
  zone?: string;
  machine?: string;
  attempt?: number;
  /** The cell that is running, of how many. */
  progress?: { cell: number; cells: number };
  resultsUrl?: string;
  /** Something of this run may still need doing. The sweep's only query. */
  live: boolean;
}

/** What a writer's newest report of an attempt said. */
export interface ReportRecord {
  seq: number;
  /** When we received it (Pub/Sub's publish time). */
  receivedAt: string;
  state: ReportState;
}

export interface Attempt {
  /** Decision, written before the VM is asked for. `actor` is the invocation that acts on it. */
  decided: {
    at: string;
    actor: string;
    zone: string;
    machine: string;
    provisioning: 'spot' | 'standard';
    /** The VM's name; its boot disk has the same. */
    vm: string;
    requestId: string;
    /** Seconds; Google deletes the VM at the end of it, whatever we do. */
    maxRunDurationSeconds: number;
    /** Manifest of the checkpoint that the command begins with. */
    checkpoint?: string;
  };
  /** The insert call: accepted with its operation, then settled. */
  insert?: {
    operation?: string;
    instanceId?: string;
    settledAt?: string;
    /** Settled badly: there is no VM. */
    failure?: InsertFailure;
  };
  /** maxRunDuration and the termination action were read back from the VM and are as asked. */
  guardedAt?: string;
  /** Numeric id of the VM whose token came first, with a report, before the insert's own answer. */
  instanceId?: string;
  /** Newest report by `<boot>_<writer>`, of a few boots. */
  reports?: Record<string, ReportRecord>;
  /** What the cloud showed: the VM was not running although nobody of ours had asked for that. */
  stopped?: Stop;
  /** What a look at a VM that had not been heard of found. */
  silence?: Silence;
  /** outcome.json as far as decisions need it. */
  outcome?: {
    startedAt: string;
    finishedAt: string;
    /** Older agents did not say it. */
    savedAt?: string;
    exit?: number;
    timedOut: boolean;
    failure?: { reason: Reason; message: string };
    /** What a command that failed said last. */
    lastLine?: string;
    /** Result files that could not be uploaded. */
    missing: number;
    /** The first of them, with their causes, and how many are named. */
    missingNames?: { text: string; named: number };
  };
  /** `closed` is in the bucket: the agent runs nothing more. Written before an attempt is given up. */
  closedAt?: string;
  /** We looked for outcome.json and there was none that could be read; where the attempt is closed, there never will be. */
  outcomeAbsentAt?: string;
  /** outcome.json is there and is not what it should be. */
  outcomeDefect?: string;
  /** The files for the git publication are in the bucket and the VM, if it was there, was told to push. */
  verdictSentAt?: string;
  /** A GET of VM and disk answered 404 after the insert was settled. */
  goneAt?: string;
  /**
   * Decision: this attempt is not the last. Interrupted, lost, or without capacity; another may follow. `cause` as it was known
   * then: after that it is we who delete the VM.
   */
  givenUp?: { at: string; reason: Reason; message: string; cause?: Stop['cause'] };
}

/** How a VM was found down; `cause` as the zone's operations tell it. */
export interface Stop {
  at: string;
  how: 'stopped' | 'gone';
  cause?: 'preempted' | 'time-limit' | 'deleted';
}

/** Why Compute Engine made no VM. */
export interface InsertFailure {
  reason: Reason;
  code: string;
  message: string;
  /** `zone`: another zone may have what this one has not. `all`: no zone will. */
  scope: 'zone' | 'all';
  /** Zones that Compute Engine names as having capacity, best first. */
  zonesAvailable?: string[];
}

/** Signs of life that do not come through the VM's reports, and whether reports could have come. */
export interface Silence {
  at: string;
  /** When the newest object below the attempt's prefix was written; absent: there is none, not even the claim. */
  newestObjectAt?: string;
  /** The sweep's newest canary that came through the events topic, and since when none was missing. */
  canaryAt?: string;
  canarySince?: string;
}

/** Waiting for a zone with capacity. */
export interface CapacityWait {
  /** Since when there has been no VM for want of capacity; absent while there is one. */
  since?: string;
  /** Seconds of earlier waits, between attempts that had a VM. */
  waitedSeconds: number;
  /** Zones that were dry since the last back-off. */
  tried: string[];
  /** How often all zones were dry in a row. */
  rounds: number;
  /** No attempt is made before. */
  notBefore?: string;
}

/** A run's place among those that may have a VM at the same time. */
export interface Slots {
  /** Limits that it counts towards, such as `deployment` or `profile-gpu`. */
  held: string[];
  /** The limit that is full, and since when the run is in its queue. */
  waiting?: { scope: string; since: string };
}

/** Counts of the attempts without a VM that have left the document, by zone and reason. */
export interface Ledger {
  moved: number;
  zones: Record<string, Partial<Record<Reason, number>>>;
}

export interface RunEnd {
  status: EndStatus;
  reason?: Reason;
  message: string;
  /** The attempt that earned it; absent where none ran. */
  attempt?: number;
  at: string;
}

/**
 * Facts about an executed notebook. Only code cells with content that came from the client count, see code-cell.ts.
 * Optional fields are also absent in documents of older functions.
 */
export interface NotebookFacts {
  /** Cells that ran to their end, be it an error. */
  executedCells: number;
  codeCells: number;
  /** The first error that counts: not in a cell tagged raises-exception, not a clean SystemExit. */
  error?: CellPlace & { ename: string; evalue: string };
  /** There are errors, and all of them are of the kind that does not count. */
  tolerated: boolean;
  /** A runner that fails for one of these errors ends its log with one of these lines. Set only if `tolerated`. */
  toleratedLines?: string[];
  /** A cell that is tagged injected-parameters is in it. */
  injected?: boolean;
  /** The cell that ended the notebook on purpose: by a clean SystemExit that it does not announce, and no later cell began. */
  exit?: CellPlace;
  /** papermill marks this cell as failed, or the notebook (then without a cell), and no error is there that says why. */
  marked?: Partial<CellPlace>;
  /** The kernel died: it left a cell without an answer, or papermill calls cells completed that have no mark. */
  kernelDied?: boolean;
}

/** The manifest itself stays in the bucket's outcome.json: twenty thousand files would not fit into a document. */
export interface Results {
  attempt: number;
  files: number;
  bytes: number;
  notebook?: NotebookFacts;
  /** Why there are no facts of the notebook. */
  unread?: Unread;
  /** Absent where the run has no parameters, or its command did not run. */
  parametersUse?: ParametersUse;
  /** Read from metrics.json; absent if the run left none. */
  metrics?: Metrics;
}

/** The content of metrics.json, as far as it is shown. */
export interface Metrics {
  values: Metric[];
  /** How many others are in the file: lists, what is nested deeper, what is too many. */
  leftOut?: number;
  /** Why there are no values. `broken`: it holds no JSON object. */
  unread?: 'too-large' | 'broken';
}

export interface Metric {
  name: string;
  /** Null also for a number that JSON has not: its spelling tells. */
  value: number | string | boolean | null;
  /** A number as it is written in the file, where JavaScript writes it otherwise: `1.0`, `1e-05`, `NaN`. */
  spelling?: string;
}

/**
 * `gone`: the command left no notebook. `not-uploaded`: it is there, but could not be saved. `too-large` to be read.
 * `broken`: what came back is no notebook.
 */
export type Unread = 'gone' | 'not-uploaded' | 'too-large' | 'broken';

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
  ledger?: Ledger;
  capacity?: CapacityWait;
  slots?: Slots;
  end?: RunEnd;
  results?: Results;
  /** Absent: no output repository. */
  publication?: Publication;
  /** VM and disk of every attempt are proven gone and the publication is settled. */
  cleanedAt?: string;
  /** The user asked to remove the run, and it was at rest: nothing of it changes any more, it only goes away. */
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

/** What stays of a removed run, `removed/{run}`: longer than any message about it can be on its way. */
export interface RemovedDocument {
  v: 1;
  by: string;
  at: string;
  /** Stored as a Timestamp: Firestore deletes the document after it (a TTL policy). */
  expiresAt: Date;
}

/** Pub/Sub keeps a dead letter for 31 days; a function's clock and the TTL policy are days off at most. */
export const REMOVED_DAYS = 90;
