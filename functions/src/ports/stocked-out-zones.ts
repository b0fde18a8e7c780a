// Which zones were stocked out lately: a hint for the order in which zones are tried.

export interface StockedOutZones {
  has(zone: string, machine: string, nowMs: number): boolean;
  add(zone: string, machine: string, nowMs: number): void;
}
