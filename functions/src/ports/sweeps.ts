// Firestore: what sweeps leave for the next one and for the reader.
import type { DeadLetter, OrphanCandidate, StoredDeadLetter, SweepPlan, SweepReport } from '@mymlops/protocol';

export interface Sweeps {
  last(): Promise<SweepReport | undefined>;
  /** Overwrites `sweeps/last`; `isKept`: and adds a dated one. */
  write(report: SweepReport, isKept: boolean): Promise<void>;
  /** To whoever asked for a sweep or for a plan. */
  writeAnswer(id: string, answer: SweepReport | SweepPlan): Promise<void>;
  orphanCandidates(): Promise<OrphanCandidate[]>;
  loadOrphanCandidate(id: string): Promise<OrphanCandidate | undefined>;
  /** The earliest mark stays. */
  markOrphanCandidate(candidate: OrphanCandidate): Promise<void>;
  dropOrphanCandidate(id: string): Promise<void>;
  writeDeadLetter(id: string, letter: DeadLetter): Promise<void>;
  /** Those that were drained after `since` (ISO 8601), a hundred at most. */
  deadLetters(since: string): Promise<StoredDeadLetter[]>;
}
