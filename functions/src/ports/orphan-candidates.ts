// Firestore: marks of VMs and disks that belong to nothing.
import type { OrphanCandidate } from '@mymlops/protocol';

export interface OrphanCandidates {
  /** A thousand at most; more of them are looked at when these are gone. */
  all(): Promise<OrphanCandidate[]>;
  load(id: string): Promise<OrphanCandidate | undefined>;
  /** The earliest mark stays. */
  mark(candidate: OrphanCandidate): Promise<void>;
  drop(id: string): Promise<void>;
}
