// VMs that are off and wait for their next start, for months: reading the document of each in every sweep would cost more than
// anything else that mymlops reads. Pure.
import type { FoundResource } from './orphans';
import { isDown, type ShownVm } from './vm/match';

/** A VM that is off is looked at once in so many minutes: it bills its disk alone, and does nothing. */
export const RESTING_MINUTES = 30;

/**
 * Whether the owner of what the list shows, and no live document has taken, is looked up in the sweep of this minute. `minutes`: since
 * the last list. While all is quiet there is one every few minutes, and turns come in those without one.
 */
export function isLookDue(found: FoundResource & ShownVm, nowMs: number, minutes: number): boolean {
  const { resource, name, terminationAction } = found;
  if (resource !== 'vm' || terminationAction !== 'STOP' || !isDown(found)) return true;
  const minutesLate = (Math.floor(nowMs / 60_000) + RESTING_MINUTES - turnOf(name)) % RESTING_MINUTES;
  return minutesLate < minutes;
}

/** VMs have their turns in different minutes. */
function turnOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return sum % RESTING_MINUTES;
}
