// What the fakes of Google share.
import type {
  DeadLetter,
  MachineFacts,
  OrphanCandidate,
  SnapshotCandidate,
  Probe,
  QuotaLimit,
  RemovedDocument,
  RunState,
  SlotPool,
  SweepReport,
} from '@mymlops/protocol';
import type { ControlContext } from '../../functions/src/control/kind';
import type { Context } from '../../functions/src/ports/context';
import type { Audit, Summary } from '../../functions/src/engine/document';
import type { Kind } from '../../functions/src/engine/kind';
import type { ImageBody } from '../../functions/src/engine/image/image-body';
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';
import type { VmOperation } from '../../functions/src/engine/vm/stop-cause';
import type { DeadMessage, DeadTopic } from '../../functions/src/ports/dead-messages';
import type { CloudFailure } from '../../functions/src/ports/cloud-answer';
import type { Answer } from '../../functions/src/ports/sweeps';
import type { CloudDisk, CloudVm } from '../../functions/src/ports/compute-view';

/** The types and zones of Compute Engine. */
export interface FakeOffers {
  /** By type: the most of a VM, and the zones. */
  accelerators: Record<string, { most: number; zones: string[] }>;
  /** By name. Types with no GPUs are in no list, but their facts can be read. */
  machineTypes: Record<string, Omit<MachineFacts, 'name'> & { zones: string[] }>;
  /** Zones that do not say what they have. */
  unlisted: string[];
  /** Paths; undefined: in a project where this function may not look. */
  bootSources: Record<string, boolean | undefined>;
  quotas: { ofProject: QuotaLimit[]; ofRegions: { region: string; quotas: QuotaLimit[] }[] };
}

/** Through which every external call goes: `work` is its effect. */
export type Gate = <T>(name: string, work: () => T) => Promise<T>;

export type FakeVm = CloudVm & { body: InsertBody; metadata: Record<string, string> };

/** A document with what the console shows of it. */
/** What the three functions work with, in one. */
export type WholeContext = ControlContext & Context;

export interface KeptDocument<State> {
  state: State;
  summary: Summary;
  version: number;
  updatedAt?: string;
}

export interface FakeGoogle {
  context: WholeContext;
  /** The kinds that the context has. */
  kinds: () => readonly Kind[];
  /** Documents of a kind, and tombstones of removed ones, by the collection's name. */
  collection: <State>(name: string) => Map<string, KeptDocument<State>>;
  tombstones: (name: string) => Map<string, RemovedDocument>;
  /** Called with the name of every external call before it takes effect; what it throws, the caller gets. */
  calls: { before: (name: string) => void; after: (name: string) => void };
  nowMs: number;
  /** Runs. */
  documents: Map<string, KeptDocument<RunState>>;
  events: Map<string, Audit['document']>;
  removed: Map<string, RemovedDocument>;
  pools: Map<string, { pool: SlotPool; version: number }>;
  /** Every report of a sweep; those that were kept with their date. */
  sweeps: SweepReport[];
  keptSweeps: SweepReport[];
  answers: Map<string, Answer>;
  orphanCandidates: Map<string, OrphanCandidate>;
  snapshotCandidates: Map<string, SnapshotCandidate>;
  deadLetters: Map<string, DeadLetter>;
  /** Messages on the dead-letter subscriptions that nobody has acknowledged. */
  dead: Record<DeadTopic, DeadMessage[]>;
  vms: Map<string, FakeVm>;
  images: Map<string, ImageBody & { status: string }>;
  disks: Map<string, CloudDisk>;
  /** Of both buckets: their names tell which one it is. */
  objects: Map<string, string>;
  /** When each object was written; one that a test put without a time was never seen to be. */
  writtenAt: Map<string, string>;
  /** Messages on the requests topic, oldest first; probes on the events topic. */
  queue: object[];
  probes: object[];
  probe: Probe | undefined;
  /** Attempts that left a run's document. */
  archived: Map<string, object>;
  zones: string[];
  /** What Compute Engine has to offer. */
  offers: FakeOffers;
  /** So many documents or objects are in one answer. */
  pageSize: number;
  /** What the next insert does, beside succeeding. */
  faults: {
    insertRefused?: CloudFailure;
    insertFails?: CloudFailure;
    dropsTimeLimit?: boolean;
    startRefused?: CloudFailure;
    startFails?: CloudFailure;
    imageRefused?: CloudFailure;
    imageFails?: CloudFailure;
    /** How often an operation is looked at before it is done; a deletion, a start or a stop takes effect only then. */
    looks?: number;
    /** Zones in which the operation of an insert or a start fails for want of capacity. */
    stockedOut?: Set<string>;
    /** `event` takes nothing: probes are lost, as they are when it comes back hours later. */
    eventDown?: boolean;
    /** The list call fails. */
    listFails?: boolean;
    /** Zones of which the list shows nothing, and says so. */
    unlisted?: Set<string>;
    /** What the zone's operations tell of a VM that is down. */
    operations?: VmOperation[];
  };
  /** How many VMs were ever created under a name. */
  created: Map<string, number>;
}
