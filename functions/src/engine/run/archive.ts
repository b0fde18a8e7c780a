// Keeps the run document small: attempts that never had a VM leave it, once they are given up and nothing of them is left.
import type { Attempt, AttemptArchive, RunState } from '@mymlops/protocol';
import { hasExisted } from '../vm/record';

/** So many of the newest attempts stay, whatever they were. */
const KEPT = 10;

/** `archived`: attempts that left, by a number of six digits, to be written below the run in the same commit. */
export function archiveAttempts(state: RunState): { state: RunState; archived: Record<string, Attempt> } {
  const numbers = Object.keys(state.attempts)
    .map(Number)
    .toSorted((a, b) => a - b);
  const leaving = numbers.slice(0, -KEPT).filter((number) => mayLeave(state.attempts[number]));
  if (leaving.length === 0) return { state, archived: {} };
  const attempts = { ...state.attempts };
  const archived: Record<string, Attempt> = {};
  let archive = state.archive ?? { archived: 0, zones: {} };
  for (const number of leaving) {
    const attempt = attempts[number];
    if (!attempt) continue;
    archived[String(number).padStart(6, '0')] = attempt;
    delete attempts[number];
    archive = counted(archive, attempt);
  }
  return { state: { ...state, attempts, archive }, archived };
}

function mayLeave(attempt: Attempt | undefined): boolean {
  return attempt?.vm.goneAt !== undefined && attempt.givenUp !== undefined && !hasExisted(attempt.vm);
}

function counted({ archived, zones }: AttemptArchive, { vm, givenUp }: Attempt): AttemptArchive {
  const reason = givenUp?.reason ?? 'internal';
  const zone = zones[vm.zone] ?? {};
  return { archived: archived + 1, zones: { ...zones, [vm.zone]: { ...zone, [reason]: (zone[reason] ?? 0) + 1 } } };
}
