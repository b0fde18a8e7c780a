// Keeps the run document small: attempts that never had a VM leave it, once they are closed and nothing of them is left.
import type { Attempt, Ledger, RunState } from '@mymlops/protocol';
import { hadVm } from './attempts';

/** So many of the newest attempts stay, whatever they were. */
const KEPT = 10;

export interface Trimmed {
  state: RunState;
  /** Attempts that left, by number: to be written below the run in the same commit. */
  moved: Record<string, Attempt>;
}

export function trimAttempts(state: RunState): Trimmed {
  const numbers = Object.keys(state.attempts)
    .map(Number)
    .toSorted((a, b) => a - b);
  const leaving = numbers.slice(0, -KEPT).filter((number) => mayLeave(state.attempts[number]));
  if (leaving.length === 0) return { state, moved: {} };
  const attempts = { ...state.attempts };
  const moved: Record<string, Attempt> = {};
  let ledger = state.ledger ?? { moved: 0, zones: {} };
  for (const number of leaving) {
    const attempt = attempts[number];
    if (!attempt) continue;
    moved[number] = attempt;
    delete attempts[number];
    ledger = counted(ledger, attempt);
  }
  return { state: { ...state, attempts, ledger }, moved };
}

function mayLeave(attempt: Attempt | undefined): boolean {
  return attempt?.goneAt !== undefined && attempt.givenUp !== undefined && !hadVm(attempt);
}

function counted({ moved, zones }: Ledger, { decided, givenUp }: Attempt): Ledger {
  const reason = givenUp?.reason ?? 'internal';
  const zone = zones[decided.zone] ?? {};
  return { moved: moved + 1, zones: { ...zones, [decided.zone]: { ...zone, [reason]: (zone[reason] ?? 0) + 1 } } };
}
