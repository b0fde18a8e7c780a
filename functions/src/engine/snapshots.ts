// When a snapshot leaves the results bucket: once no document has named it for longer than a commit can be on its way. Not by its
// age: a retry needs the snapshot of a run that is kept, however old. Pure.
import { mayBeRemoved, type SnapshotCandidate } from '@mymlops/protocol';

/** Each look at an object is a query, which Google charges for. */
const ROUND_MS = 24 * 3600_000;

/** Whether all snapshots are to be looked through. `last`: when that began last; undefined where nobody knows. */
export function isRoundDue(last: string | undefined, nowMs: number): boolean {
  const sinceMs = last === undefined ? Number.NaN : nowMs - Date.parse(last);
  // A time to come was written by a wrong clock.
  return !(sinceMs >= 0 && sinceMs < ROUND_MS);
}

/** `mark`, `remove` and `unmark` are done; `keep`: nothing is. */
export type SnapshotStep = 'keep' | 'mark' | 'unmark' | 'remove';

export interface LookedAt {
  /** ISO 8601, by the bucket's clock. */
  createdAt: string;
  generation: string;
  isNamed: boolean;
  candidate: SnapshotCandidate | undefined;
}

/** `since`: documents of which a later object is a part name it in their field. */
export function snapshotStep(
  { createdAt, generation, isNamed, candidate }: LookedAt,
  since: string,
  nowMs: number,
): SnapshotStep {
  if (isNamed) return candidate ? 'unmark' : 'keep';
  if (!(Date.parse(createdAt) > Date.parse(since))) return 'keep';
  if (candidate?.generation !== generation) return 'mark';
  return mayBeRemoved(candidate, nowMs) ? 'remove' : 'keep';
}
