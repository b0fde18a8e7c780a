// Zones that were stocked out lately, in this process's memory. What it forgets, or another process never knew, costs one more
// try and nothing else.
import type { StockedOutZones } from './ports/stocked-out-zones';

const REMEMBERED_MS = 5 * 60_000;

export function createStockedOutZones(): StockedOutZones {
  const untilMs = new Map<string, number>();
  const key = (zone: string, machine: string): string => `${zone}/${machine}`;
  return {
    has: (zone, machine, nowMs) => nowMs < (untilMs.get(key(zone, machine)) ?? 0),
    add(zone, machine, nowMs) {
      for (const [known, until] of untilMs) if (until <= nowMs) untilMs.delete(known);
      untilMs.set(key(zone, machine), nowMs + REMEMBERED_MS);
    },
  };
}
