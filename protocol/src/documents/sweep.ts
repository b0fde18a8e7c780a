// The documents of the sweep: `sweeps/*`, `orphan-candidates/*`, `dead-letters/*`.
import type { DocumentRef } from './document-ref';

export const ORPHAN_CANDIDATES = 'orphan-candidates';
export const DEAD_LETTERS = 'dead-letters';
export const answerPath = (id: string): string => `sweeps/answer-${id}`;

/** A VM or disk that carries our label and belongs to nothing, `orphan-candidates/{resource}-{numeric id}`. */
export interface OrphanCandidate {
  v: 1;
  resource: 'vm' | 'disk';
  name: string;
  zone: string;
  id: string;
  firstSeenAt: string;
}

export const orphanCandidateId = ({ resource, id }: Pick<OrphanCandidate, 'resource' | 'id'>): string =>
  `${resource}-${id}`;

/** Grace period of an orphan candidate: nine sweeps, so that the tenth, ten minutes after the first, may act. */
export const DEFAULT_GRACE_SECONDS = 570;

/** A message that was delivered too often, `dead-letters/{message id}`, and what became of it. */
export interface DeadLetter {
  v: 1;
  topic: string;
  publishedAt: string;
  at: string;
  /** `rejected`: a document was made that says why its request could not be carried out. */
  outcome: 'merged' | 'rejected' | 'advance' | 'asked-again' | 'shown';
  /** Which document it was about, as far as it is known. */
  document?: DocumentRef;
  cause?: string;
  text: string;
}

/** With its message id. */
export type StoredDeadLetter = DeadLetter & { id: string };

/** A sweep's observations and acts, `sweeps/last`; of one that did something also `sweeps/{time}`. Lists name at most a thousand. */
export interface SweepReport {
  v: 1;
  at: string;
  /** False: nothing lives, and the cloud was not listed this time. */
  isListed: boolean;
  /** Sweeps since the cloud was listed. */
  sinceList: number;
  vms: number;
  disks: number;
  /** Live documents, by kind. */
  live: Record<string, number>;
  /** Those that `advance` was requested for. */
  advanced: DocumentRef[];
  /** VMs and disks that `reap` was requested for, as zone/name. */
  reaped: string[];
  /** VMs and disks that belong to nothing, as zone/name: reaped if they stay for the grace period. */
  orphans: string[];
  /** Disks of instances, and VMs that are off, that belong to nothing: they may hold a user's work, and stay. Absent: none. */
  kept?: string[];
  /** Those that are not live and held or waited for a slot. */
  freed: DocumentRef[];
  /** Those past their retention, whose removal was requested. */
  removed: DocumentRef[];
  /** When the request function was last asked to look through all snapshots, and since when runs name theirs in a field. */
  snapshots?: { at: string; since: string };
  /** Dead letters that were drained. */
  deadLetters: string[];
  failures: string[];
}

/** A mismatch, and its remedy. */
export interface Finding {
  subject: string;
  /** The document that it is about, if it is about one. */
  document?: DocumentRef;
  problem: string;
  remedy: string;
}

/** The report of a sweep that changed nothing, and what `doctor` says. */
export interface SweepPlan extends SweepReport {
  findings: Finding[];
  /** The comparisons that were made, one phrase each. */
  proof: string[];
}

/** Days after which Firestore deletes a run's audit document, a report, an answer and a dead letter. */
export const EVENT_DAYS = 90;
export const REPORT_DAYS = 30;
export const ANSWER_DAYS = 1;
export const DEAD_LETTER_DAYS = 30;
