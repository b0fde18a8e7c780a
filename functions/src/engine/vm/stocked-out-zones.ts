// Which zones were dry lately. A hint for the order in which zones are tried, in this process's memory: what it forgets, or
// another process never knew, costs one more try and nothing else.

const COLD_MS = 5 * 60_000;

export interface Stockouts {
  isCold(zone: string, machine: string, nowMs: number): boolean;
  add(zone: string, machine: string, nowMs: number): void;
}

export function createStockouts(): Stockouts {
  const untilMs = new Map<string, number>();
  const key = (zone: string, machine: string): string => `${zone}/${machine}`;
  return {
    isCold: (zone, machine, nowMs) => nowMs < (untilMs.get(key(zone, machine)) ?? 0),
    add(zone, machine, nowMs) {
      for (const [known, until] of untilMs) if (until <= nowMs) untilMs.delete(known);
      untilMs.set(key(zone, machine), nowMs + COLD_MS);
    },
  };
}
