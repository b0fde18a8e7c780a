// A run that has ended holds its slot no longer than a VM of it can live, whether its zone answers or not.
import { LABELS } from '@mymlops/protocol';
import { isDown } from '../../fakes/vm-status';
import { isCalm } from './deadlines';
import { periodOf } from './recorded';
import type { World } from '../model/world';

const MINUTE = 60_000;
/** Nobody requests an insert so long after its decision. */
const REQUESTED_MS = 20 * MINUTE;
/** After the last limit that its VM can have; and a few sweeps. */
const HELD_MS = 80 * MINUTE;

/** Looked at once a minute. */
export function checkHeldSlots(world: World): void {
  const { google, timeline, oracle } = world;
  if (!isCalm(world, HELD_MS)) return;
  for (const [name, { pool }] of google.pools) {
    for (const { id: run } of pool.holders) {
      const endedMs = Date.parse(google.documents.get(run)?.state.end?.at ?? '');
      if (timeline.nowMs > Math.max(endedMs, lastLimitMs(world, run)) + HELD_MS)
        oracle.violate(`${run} holds a slot of ${name}, and no VM of it can live`);
    }
  }
}

/** When Google has ended each VM that the run has or may have; long ago where there is none. */
function lastLimitMs({ google, vms }: World, run: string): number {
  const attempts = Object.values(google.documents.get(run)?.state.attempts ?? {});
  const requested = attempts.map((attempt) => {
    const { at, maxRunDurationSeconds } = periodOf(attempt).start;
    return Date.parse(at) + REQUESTED_MS + maxRunDurationSeconds * 1000;
  });
  const there = [...vms.values()].flatMap(({ body, shown, shownMs, isCopy, lacksTimeLimit }) => {
    if (body.labels[LABELS.run] !== run || isCopy || isDown(shown)) return [];
    if (lacksTimeLimit) return [Infinity];
    return [Date.parse(shown.lastStartAt ?? '') || shownMs].map((ms) => ms + (shown.maxRunDurationSeconds ?? 0) * 1000);
  });
  return Math.max(...requested, ...there);
}
