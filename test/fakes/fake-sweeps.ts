// What the sweep keeps, in memory.
import { orphanCandidateId } from '@mymlops/protocol';
import type { Sweeps } from '../../functions/src/ports/sweeps';
import { frozenCopyOf } from './copy';
import type { FakeGoogle, Gate } from './fake-google';

export function fakeSweeps(google: FakeGoogle, gate: Gate): Sweeps {
  const { sweeps, keptSweeps, answers, orphanCandidates, deadLetters } = google;
  return {
    last: () => gate('sweeps.last', () => sweeps.at(-1)),
    write: (report, isKept) =>
      gate('sweeps.write', () => {
        const kept = frozenCopyOf(report);
        sweeps.push(kept);
        if (isKept) keptSweeps.push(kept);
      }),
    writeAnswer: (id, answer) => gate('sweeps.writeAnswer', () => void answers.set(id, frozenCopyOf(answer))),
    orphanCandidates: () => gate('sweeps.orphanCandidates', () => [...orphanCandidates.values()]),
    loadOrphanCandidate: (id) => gate('sweeps.loadOrphanCandidate', () => orphanCandidates.get(id)),
    markOrphanCandidate: (candidate) =>
      gate('sweeps.markOrphanCandidate', () => {
        const id = orphanCandidateId(candidate);
        if (!orphanCandidates.has(id)) orphanCandidates.set(id, frozenCopyOf(candidate));
      }),
    dropOrphanCandidate: (id) => gate('sweeps.dropOrphanCandidate', () => void orphanCandidates.delete(id)),
    writeDeadLetter: (id, letter) =>
      gate('sweeps.writeDeadLetter', () => void deadLetters.set(id, frozenCopyOf(letter))),
    deadLetters: (since) =>
      gate('sweeps.deadLetters', () =>
        [...deadLetters].flatMap(([id, letter]) => (letter.at >= since ? [{ ...letter, id }] : [])),
      ),
  };
}
