// What the sweep keeps, in memory.
import { orphanCandidateId } from '@mymlops/protocol';
import type { DeadLetters } from '../../functions/src/ports/dead-letters';
import type { OrphanCandidates } from '../../functions/src/ports/orphan-candidates';
import type { SnapshotCandidates } from '../../functions/src/ports/snapshot-candidates';
import type { Sweeps } from '../../functions/src/ports/sweeps';
import { frozenCopyOf } from './copy';
import type { FakeGoogle, Gate } from './fake-google';

export function fakeSweeps({ sweeps, keptSweeps, answers }: FakeGoogle, gate: Gate): Sweeps {
  return {
    last: () => gate('sweeps.last', () => sweeps.at(-1)),
    write: (report, isKept) =>
      gate('sweeps.write', () => {
        const kept = frozenCopyOf(report);
        sweeps.push(kept);
        if (isKept) keptSweeps.push(kept);
      }),
    writeAnswer: (id, answer) => gate('sweeps.writeAnswer', () => void answers.set(id, frozenCopyOf(answer))),
  };
}

export function fakeSnapshotCandidates({ snapshotCandidates }: FakeGoogle, gate: Gate): SnapshotCandidates {
  return {
    load: (object) => gate('snapshotCandidates.load', () => snapshotCandidates.get(object)),
    mark: (candidate) =>
      gate('snapshotCandidates.mark', () => void snapshotCandidates.set(candidate.object, frozenCopyOf(candidate))),
    drop: (object) => gate('snapshotCandidates.drop', () => void snapshotCandidates.delete(object)),
  };
}

export function fakeOrphanCandidates({ orphanCandidates }: FakeGoogle, gate: Gate): OrphanCandidates {
  return {
    all: () => gate('orphanCandidates.all', () => [...orphanCandidates.values()]),
    load: (id) => gate('orphanCandidates.load', () => orphanCandidates.get(id)),
    mark: (candidate) =>
      gate('orphanCandidates.mark', () => {
        const id = orphanCandidateId(candidate);
        if (!orphanCandidates.has(id)) orphanCandidates.set(id, frozenCopyOf(candidate));
      }),
    drop: (id) => gate('orphanCandidates.drop', () => void orphanCandidates.delete(id)),
  };
}

export function fakeDeadLetters({ deadLetters }: FakeGoogle, gate: Gate): DeadLetters {
  return {
    write: (id, letter) => gate('deadLetters.write', () => void deadLetters.set(id, frozenCopyOf(letter))),
    drainedSince: (since) =>
      gate('deadLetters.drainedSince', () =>
        [...deadLetters].flatMap(([id, letter]) => (letter.at >= since ? [{ ...letter, id }] : [])),
      ),
  };
}
