// Everything environmental that handlers, loops and effects need, in one object: google/ implements the ports on the
// libraries, tests in memory.
import type { Settings } from '../engine/settings';
import type { StockedOutZones } from './stocked-out-zones';
import type { LiveBucket, ResultsBucket } from './bucket';
import type { Bus } from './bus';
import type { Compute } from './compute';
import type { ComputeCatalog } from './compute-catalog';
import type { DeadLetters } from './dead-letters';
import type { DeadMessages } from './dead-messages';
import type { DocumentStores } from './documents';
import type { Log } from './log';
import type { OrphanCandidates } from './orphan-candidates';
import type { Probes } from './probes';
import type { SnapshotCandidates } from './snapshot-candidates';
import type { Snapshots } from './snapshots';
import type { SlotPools } from './slots';
import type { Sweeps } from './sweeps';
import type { Tokens } from './tokens';

export interface Ports {
  documents: DocumentStores;
  slotPools: SlotPools;
  probes: Probes;
  sweeps: Sweeps;
  orphanCandidates: OrphanCandidates;
  deadLetters: DeadLetters;
  compute: Compute;
  computeCatalog: ComputeCatalog;
  resultsBucket: ResultsBucket;
  liveBucket: LiveBucket;
  snapshots: Snapshots;
  snapshotCandidates: SnapshotCandidates;
  bus: Bus;
  deadMessages: DeadMessages;
  tokens: Tokens;
}

export interface Context extends Ports {
  settings: Settings;
  /** Which zones were stocked out lately, for anyone in this process: a hint, lost with it. */
  stockedOutZones: StockedOutZones;
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long this process has been awake without a break (sweep/time-awake.ts). */
  awakeMs(): number;
  /** A new name for this invocation: intents carry it. */
  newActor(): string;
  log: Log;
}

/** The context of the request function: it takes no dead letters, believes no tokens, writes no sweeps, and answers no questions. */
export type ActingContext = Omit<
  Context,
  'computeCatalog' | 'sweeps' | 'deadLetters' | 'deadMessages' | 'tokens' | 'awakeMs'
>;
