// What is next for VMs that nothing wants any more. Pure.
import type { Attempt, RunState } from '@mymlops/protocol';
import { mayAct, type EffectCall, type Moment } from './action';
import { hadVm } from './attempts';
import { isWanted } from './wanted';

/** Each minute another step comes first: one in a zone that does not answer must not stand before the others for hours. */
const TURN_MS = 60_000;

/** So long the next attempt waits for the proof that the last one's VM is gone; its fence holds in any case. */
export const REMOVAL_MS = 5 * 60_000;

/** The next step towards "gone" of each attempt that has one. */
export function removals(state: RunState, moment: Moment): EffectCall[] {
  return Object.entries(state.attempts).flatMap(([key, attempt]) => {
    const number = Number(key);
    if (attempt.goneAt || isWanted(state, number, moment.nowMs)) return [];
    return removal(attempt, number, moment) ?? [];
  });
}

/** The golden section: its multiples spread evenly, those of every second or third turn as well. */
const SECTION = (Math.sqrt(5) - 1) / 2;

/** Whose turn it is: each comes round, however many there are, also where calls that hang let every second minute pass. */
export function inTurn<Step>(steps: readonly Step[], { nowMs }: Moment): Step | undefined {
  const turn = Math.floor(nowMs / TURN_MS);
  return steps[Math.floor(((turn * SECTION) % 1) * steps.length)];
}

/** Attempts whose VM nothing wants and nobody has proven gone. */
export function unproven(state: RunState, nowMs: number): Attempt[] {
  return Object.entries(state.attempts).flatMap(([number, attempt]) =>
    attempt.goneAt || isWanted(state, Number(number), nowMs) ? [] : [attempt],
  );
}

/** By then Google has ended a VM at its maxRunDuration, which we have read back from it. */
const OVERDUE_MS = 3_600_000;

/** The attempt has no VM that bills: it is proven gone, or has lived longer than Google lets it. */
export function cannotBill({ goneAt, guardedAt, insert, decided }: Attempt, nowMs: number): boolean {
  if (goneAt) return true;
  // An insert that failed asked for the limit; whether it made a VM, and Google kept the limit, nobody could see.
  if (insert?.settledAt === undefined || !(guardedAt || insert.failure)) return false;
  return nowMs > Date.parse(insert.settledAt) + decided.maxRunDurationSeconds * 1000 + OVERDUE_MS;
}

/** Absence proves nothing while an insert is under way: it is settled first. */
function removal(attempt: Attempt, number: number, moment: Moment): EffectCall | undefined {
  if (hadVm(attempt) || attempt.insert?.failure) return { effect: 'delete', attempt: number };
  if (!attempt.closedAt) return { effect: 'close', attempt: number };
  if (attempt.insert) return { effect: 'await-insert', attempt: number };
  // An intent without a result: its own actor settles it, or after a while the deletion proves that nothing is there.
  return mayAct(attempt.decided, moment) ? { effect: 'delete', attempt: number } : undefined;
}
