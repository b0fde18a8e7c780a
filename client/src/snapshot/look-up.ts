// Whether a snapshot can build upon an object that earlier ones have sent.
import { mayBeReused, snapshotCandidatePath, type SnapshotCandidate } from '@mymlops/protocol';
import type { Bucket } from '../google/bucket';
import type { RunReader } from '../google/runs';

/** `leaving`: no run names it, and it may be deleted before a request that names it has arrived. */
export type Found = 'there' | 'leaving' | 'absent';

export function lookUpIn(
  bucket: Pick<Bucket, 'stat'>,
  runs: Pick<RunReader, 'document'>,
  now = Date.now,
): (object: string) => Promise<Found> {
  return async (object) => {
    const [stat, mark] = await Promise.all([bucket.stat(object), runs.document(snapshotCandidatePath(object))]);
    if (!stat) return 'absent';
    const candidate = mark as SnapshotCandidate | null;
    return candidate?.generation === stat.generation && !mayBeReused(candidate, now()) ? 'leaving' : 'there';
  };
}
