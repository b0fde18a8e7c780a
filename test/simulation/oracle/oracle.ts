// What really happened, noted as it happens: the measure of what the deployment believes.
import type { InstanceState, RunState } from '@mymlops/protocol';
import type { Answer } from '../faults/google-answers';
import type { SentReport } from '../../fakes/sent-report';

/** How a violation begins that is no wrong decision, but code that does not work. */
export const BROKEN = 'broken';

export interface Checkpoint {
  run: string;
  attempt: number;
  /** Its manifest. */
  object: string;
  progressMs: number;
  atMs: number;
}

export interface Execution {
  run: string;
  attempt: number;
  startedMs: number;
  /** Of the command, done by an earlier attempt. */
  restoredMs: number;
  endedMs?: number;
}

/** Compute Engine said no to a run for a reason that lasts, and somebody has read it. */
export interface Refusal {
  atMs: number;
  /** Of the attempt. */
  number: number;
  reason: Answer['reason'];
  /** Of a region's quota: other VMs of the deployment may give it back. */
  mayWait: boolean;
  /** Whether others of the deployment had a VM, or were about to, at some time since then; and whether none had at some time. */
  hadOthers: boolean;
  hadNone: boolean;
}

export interface Oracle {
  executions: Execution[];
  /** Whole ones, in the order in which they were. */
  checkpoints: Checkpoint[];
  /** Complete outcomes in the bucket, by run: attempt, object and its text. */
  outcomes: Map<string, { attempt: number; object: string; text: string; atMs: number }>;
  /** What agents asked of the bucket, and what they said, in order. */
  bucketCalls: string[];
  reports: SentReport[];
  /** Pushes to the output repository that took effect, and how many of them were looked at. */
  pushes: { run: string; attempt: number }[];
  pushesSeen: number;
  /** Runs whose commit Pub/Sub has accepted, and those whose cancel it has. */
  accepted: Set<string>;
  cancelled: Set<string>;
  /** Runs whose commit was dead-lettered, in one of its copies. */
  buried: Set<string>;
  /** When the document first showed the cancel. */
  cancelSeenMs: Map<string, number>;
  /** When the deletion of the toy was first in its document. */
  toyDeletedMs?: number;
  /** When the document first showed the request. */
  knownMs: Map<string, number>;
  /** When the document first showed a report of an attempt, by `run/attempt`. */
  reportedMs: Map<string, number>;
  /** What agents have sent as results, by object. */
  results: Map<string, string>;
  /** When the document first showed that it is to be removed. */
  removingMs: Map<string, number>;
  /** Attempts that Compute Engine made a VM for in time, as `run/attempt`, in the order of their VMs. */
  made: Set<string>;
  /** What befell an attempt's VM, by `run/attempt`. */
  interrupted: Map<string, string[]>;
  /** When an insert of a run first failed. */
  noCapacityMs: Map<string, number>;
  /** By run: what each zone has said that has refused it since the last pause. */
  refusedPlaces: Map<string, Map<string, Answer>>;
  /** By pool: runs that wait for a slot, in the order in which they came, and the version that was last seen. */
  lines: Map<string, { waiting: string[]; version: number }>;
  /** The last state that was seen of each run, and of the toy; the last one of each run whose size was. */
  lastSeen: Map<string, RunState>;
  lastToy?: object;
  lastInstance?: InstanceState;
  /** Periods that the user of the instance has stopped, as `uid period`, and uids whose deletion they have requested. */
  userStops: Set<string>;
  userDeletions: Set<string>;
  /** Starts of the instance's VM in which its agent went by itself, as `zone/name start`, and disks that somebody deleted. */
  gone: Set<string>;
  disksByHand: Set<string>;
  measured: Map<string, RunState>;
  /** Runs whose VM Google ended at its limit, when its command had had all its time. */
  usedUp: Set<string>;
  /** Runs of which reports show no more than that. */
  seeminglyUsedUp: Set<string>;
  /** By run: the last time that Compute Engine said no for a reason that lasts. */
  refusals: Map<string, Refusal>;
  /** Ends that a run may have come to by an insert that Google would take at another time. Who was told may have died of it. */
  denials: Map<string, Set<string>>;
  /** When a zone was last found stocked out for a run, by `run/zone`. */
  stockedOutMs: Map<string, number>;
  /** When a VM went silent or away for good, by `run/attempt`. */
  lostMs: Map<string, number>;
  /** Inserts that were held up on their way for longer than anyone may act. */
  frozenInserts: Set<string>;
  /** Attempts in the archive that were looked at. */
  archivedSeen: number;
  /** Runs whose removal somebody has requested. */
  removals: Set<string>;
  /** Somebody sends reports without a token. */
  isForging: boolean;
  violations: string[];
  violate(text: string): void;
}

export function createOracle(): Oracle {
  const oracle: Oracle = {
    executions: [],
    checkpoints: [],
    outcomes: new Map(),
    bucketCalls: [],
    reports: [],
    pushes: [],
    pushesSeen: 0,
    accepted: new Set(),
    cancelled: new Set(),
    buried: new Set(),
    cancelSeenMs: new Map(),
    knownMs: new Map(),
    reportedMs: new Map(),
    results: new Map(),
    removingMs: new Map(),
    made: new Set(),
    userStops: new Set(),
    userDeletions: new Set(),
    gone: new Set(),
    disksByHand: new Set(),
    interrupted: new Map(),
    noCapacityMs: new Map(),
    refusedPlaces: new Map(),
    lines: new Map(),
    lastSeen: new Map(),
    measured: new Map(),
    usedUp: new Set(),
    seeminglyUsedUp: new Set(),
    refusals: new Map(),
    denials: new Map(),
    stockedOutMs: new Map(),
    lostMs: new Map(),
    frozenInserts: new Set(),
    archivedSeen: 0,
    removals: new Set(),
    isForging: false,
    violations: [],
    violate(text) {
      if (!oracle.violations.includes(text)) oracle.violations.push(text);
    },
  };
  return oracle;
}
