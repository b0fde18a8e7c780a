// What the sweep keeps, in memory.
import { suspectId } from '@mymlops/protocol';
import type { Sweeps } from '../../functions/src/ports';
import type { FakeGoogle, Gate } from './google';

export function fakeSweeps(google: FakeGoogle, gate: Gate): Sweeps {
  const { sweeps, keptSweeps, plans, suspects, deadLetters } = google;
  return {
    last: () => gate('sweeps.last', () => sweeps.at(-1)),
    write: (report, isKept) =>
      gate('sweeps.write', () => {
        sweeps.push(structuredClone(report));
        if (isKept) keptSweeps.push(structuredClone(report));
      }),
    writePlan: (id, plan) => gate('sweeps.writePlan', () => void plans.set(id, structuredClone(plan))),
    suspects: () => gate('sweeps.suspects', () => [...suspects.values()]),
    loadSuspect: (id) => gate('sweeps.loadSuspect', () => suspects.get(id)),
    markSuspect: (suspect) =>
      gate('sweeps.markSuspect', () => {
        if (!suspects.has(suspectId(suspect))) suspects.set(suspectId(suspect), structuredClone(suspect));
      }),
    dropSuspect: (id) => gate('sweeps.dropSuspect', () => void suspects.delete(id)),
    writeDeadLetter: (id, letter) =>
      gate('sweeps.writeDeadLetter', () => void deadLetters.set(id, structuredClone(letter))),
    deadLetters: (since) =>
      gate('sweeps.deadLetters', () =>
        [...deadLetters].flatMap(([id, letter]) => (letter.at >= since ? [{ ...letter, id }] : [])),
      ),
  };
}
