// How a run waits for capacity: by one clock, which goes on until a VM has come or the run waits for a slot; earlier waits
// count; without a slot, which others may need; and never beside a VM.
import type { RunState } from '@mymlops/protocol';
import { isCalm } from './deadlines';
import { isMade, lastAttempt, periodOf } from './recorded';
import type { World } from '../model/world';

const MINUTE = 60_000;

/** At each change of a run. */
export function checkWait({ oracle }: World, run: string, before: RunState | undefined, state: RunState): void {
  const { capacity } = state;
  const newest = lastAttempt(state);
  const hasVm = newest !== undefined && isMade(newest) && !newest.givenUp;
  if (capacity?.since !== undefined && hasVm && !state.end) oracle.violate(`${run} has a VM and waits for capacity`);
  const known = before?.capacity;
  if (!known) return;
  const isOver = known.since !== undefined && capacity?.since === undefined;
  const endMs = isOver && hasVm ? Date.parse(periodOf(newest).start.settledAt ?? '') : Date.parse(known.since ?? '');
  const waitedSeconds = known.waitedSeconds + Math.max(0, endMs - Date.parse(known.since ?? '') || 0) / 1000;
  if ((capacity?.waitedSeconds ?? 0) < waitedSeconds - 1) oracle.violate(`${run} forgets how long it has waited`);
  if (known.since !== undefined && capacity?.since !== undefined && capacity.since !== known.since)
    oracle.violate(`${run} sets the clock of its wait anew`);
}

/** Nearly a whole pause, which is five minutes at most. */
const KEPT_MS = 3 * MINUTE;

/** Runs that pause, of which no VM is left, and that have a slot: since when. Noted by the history once a minute. */
export function checkPauses(world: World, sinceMs: Map<string, number>): void {
  const { google, timeline, oracle, hinderedMs } = world;
  for (const [run, { state }] of google.documents) {
    const pausesUntilMs = Date.parse(state.capacity?.notBefore ?? '');
    const isOut = Object.values(state.attempts).every(({ vm }) => vm.goneAt);
    const keepsSlot = timeline.nowMs < pausesUntilMs && isOut && !state.end && (state.slots?.held.length ?? 0) > 0;
    const isHindered = timeline.nowMs - hinderedMs < 2 * KEPT_MS || !isCalm(world, KEPT_MS);
    if (!keepsSlot || isHindered) sinceMs.delete(run);
    else if (!sinceMs.has(run)) sinceMs.set(run, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(run) ?? 0) >= KEPT_MS)
      oracle.violate(`${run} pauses and keeps its slot from others`);
  }
}
