// Firestore behind the OrphanCandidates port.
import { codeOf } from '@mymlops/google';
import { orphanCandidateId, ORPHAN_CANDIDATES, type OrphanCandidate } from '@mymlops/protocol';
import type { OrphanCandidates } from '../ports/orphan-candidates';
import { ALREADY_EXISTS } from './conditions';
import type { Database } from './database';

const MAX_CANDIDATES = 1000;

export function openOrphanCandidates({ connect, within }: Database): OrphanCandidates {
  const at = async (id: string) => (await connect()).doc(`${ORPHAN_CANDIDATES}/${id}`);
  return {
    async all() {
      const query = (await connect()).collection(ORPHAN_CANDIDATES).limit(MAX_CANDIDATES);
      return (await within('query', query.get())).docs.map((found) => found.data() as OrphanCandidate);
    },
    async load(id) {
      const found = await within('get', (await at(id)).get());
      return found.data() as OrphanCandidate | undefined;
    },
    async mark(candidate) {
      const mark = await at(orphanCandidateId(candidate));
      await within(['create'], mark.create({ ...candidate })).catch((error: unknown) => {
        if (codeOf(error) !== ALREADY_EXISTS) throw error;
      });
    },
    async drop(id) {
      await within(['delete'], (await at(id)).delete());
    },
  };
}
