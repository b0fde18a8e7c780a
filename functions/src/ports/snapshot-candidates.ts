// Firestore: marks of snapshots that no document names.
import type { SnapshotCandidate } from '@mymlops/protocol';

export interface SnapshotCandidates {
  load(object: string): Promise<SnapshotCandidate | undefined>;
  /** Overwrites an earlier mark of the object. */
  mark(candidate: SnapshotCandidate): Promise<void>;
  drop(object: string): Promise<void>;
}
