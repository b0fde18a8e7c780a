// Firestore behind the SnapshotCandidates port.
import { snapshotCandidatePath, type SnapshotCandidate } from '@mymlops/protocol';
import type { SnapshotCandidates } from '../ports/snapshot-candidates';
import type { Database } from './database';

export function openSnapshotCandidates({ connect, within }: Database): SnapshotCandidates {
  const at = async (object: string) => (await connect()).doc(snapshotCandidatePath(object));
  return {
    async load(object) {
      const found = await within('get', (await at(object)).get());
      return found.data() as SnapshotCandidate | undefined;
    },
    async mark(candidate) {
      await within(['set'], (await at(candidate.object)).set({ ...candidate }));
    },
    async drop(object) {
      await within(['delete'], (await at(object)).delete());
    },
  };
}
